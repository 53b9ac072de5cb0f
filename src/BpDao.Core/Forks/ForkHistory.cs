using System.Buffers.Binary;

namespace BpDao.Core;

/// <summary>A network's genesis and all moments at which its rules change: makes fork ids and judges those of others (EIP-2124, EIP-6122).</summary>
public sealed class ForkHistory
{
    /// <summary>A next fork above this is a timestamp, else a block number: the time of Ethereum's first block. No chain is that long.</summary>
    private const ulong FirstTimestamp = 1438269973;

    private readonly ulong[] _forks;

    /// <summary>How many of <see cref="_forks"/> are block numbers; they come first.</summary>
    private readonly int _blocks;

    /// <summary>Sum [i] is that of a chain that has passed the first i forks.</summary>
    private readonly uint[] _sums;

    /// <param name="genesisTime">In Unix seconds; forks by time that are not later hold from genesis and do not count.</param>
    /// <param name="blocks">Block numbers in any order; zero does not count, and two forks in one block count once.</param>
    /// <param name="times">Timestamps in any order.</param>
    public ForkHistory(Hash256 genesisHash, ulong genesisTime, IEnumerable<ulong> blocks, IEnumerable<ulong> times)
    {
        ulong[] byBlock = [.. blocks.Where(b => b > 0).Distinct().Order()];
        ulong[] byTime = [.. times.Where(t => t > genesisTime).Distinct().Order()];
        GenesisHash = genesisHash;
        _forks = [.. byBlock, .. byTime];
        _blocks = byBlock.Length;
        _sums = new uint[_forks.Length + 1];
        _sums[0] = Crc32.Append(0, genesisHash.Bytes);
        Span<byte> fork = stackalloc byte[sizeof(ulong)];
        for (int i = 0; i < _forks.Length; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(fork, _forks[i]);
            _sums[i + 1] = Crc32.Append(_sums[i], fork);
        }
    }

    public Hash256 GenesisHash { get; }

    /// <summary>The fork id of a chain with this head.</summary>
    public ForkId At(ulong blockNumber, ulong timestamp)
    {
        int passed = Passed(blockNumber, timestamp);
        return new ForkId(_sums[passed], passed < _forks.Length ? _forks[passed] : 0);
    }

    /// <summary>Whether a chain with this head here and one with that fork id there may be one network.</summary>
    public ForkIdVerdict Judge(ulong blockNumber, ulong timestamp, ForkId remote)
    {
        int passed = Passed(blockNumber, timestamp);
        int theirs = Array.IndexOf(_sums, remote.Hash);
        if (theirs < 0) return ForkIdVerdict.LocalIsStaleOrOther;
        if (theirs == passed)
        {
            // They announce a fork that would have passed here, and here it did not happen.
            bool missed = remote.Next > 0 && (remote.Next > FirstTimestamp ? timestamp : blockNumber) >= remote.Next;
            return missed ? ForkIdVerdict.LocalIsStaleOrOther : ForkIdVerdict.Compatible;
        }

        // They are behind, and must know what comes next; or we are behind, and they are where we shall be.
        return theirs > passed || _forks[theirs] == remote.Next ? ForkIdVerdict.Compatible : ForkIdVerdict.RemoteIsStale;
    }

    private int Passed(ulong blockNumber, ulong timestamp)
    {
        int passed = 0;
        while (passed < _forks.Length && (passed < _blocks ? blockNumber : timestamp) >= _forks[passed]) passed++;
        return passed;
    }
}
