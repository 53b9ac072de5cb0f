using System.Diagnostics.CodeAnalysis;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>The blocks that a node can serve.</summary>
public readonly record struct BlockRange(ulong Earliest, ulong Latest, Hash256 LatestHash);

/// <summary>The first message of eth, both ways: which chain, and how far.</summary>
/// <param name="TotalDifficulty">Of the latest block; eth/68 alone carries it.</param>
/// <param name="Range">In eth/68 the numbers are not told: 0 and 0.</param>
public sealed record EthStatus(ulong NetworkId, Hash256 Genesis, ForkId Forks, UInt256 TotalDifficulty, BlockRange Range)
{
    public byte[] Encode(int version)
    {
        RlpWriter w = new(128);
        w.StartList().Write((ulong)version).Write(NetworkId);
        if (version < 69) w.Write(TotalDifficulty).Write(Range.LatestHash);
        w.Write(Genesis);
        Forks.Write(w);
        if (version >= 69) BlockRangeCodec.WriteFields(w, Range);
        return w.EndList().ToArray();
    }

    /// <summary>False for anything that is not exactly a status of that version.</summary>
    public static bool TryDecode(int version, ReadOnlySpan<byte> payload, [NotNullWhen(true)] out EthStatus? status)
    {
        status = null;
        RlpReader outer = new(payload);
        UInt256 difficulty = default;
        Hash256 head = default;
        BlockRange range = default;
        if (!outer.TryReadList(out RlpReader r) || !outer.AtEnd || !r.TryReadUInt64(out ulong said) || said != (ulong)version
            || !r.TryReadUInt64(out ulong network)
            || (version < 69 && !(r.TryReadUInt256(out difficulty) && r.TryReadHash(out head)))
            || !r.TryReadHash(out Hash256 genesis) || !ForkId.TryRead(ref r, out ForkId fork)
            || (version >= 69 && !BlockRangeCodec.TryReadFields(ref r, out range)) || !r.AtEnd)
        {
            return false;
        }

        status = new EthStatus(network, genesis, fork, difficulty, version >= 69 ? range : new BlockRange(0, 0, head));
        return true;
    }
}

/// <summary>The blocks that a node can serve, as eth/69 carries them: [earliest, latest, hash of the latest].</summary>
internal static class BlockRangeCodec
{
    public static byte[] Encode(BlockRange range)
    {
        RlpWriter w = new(64);
        WriteFields(w.StartList(), range);
        return w.EndList().ToArray();
    }

    public static bool TryDecode(ReadOnlySpan<byte> payload, out BlockRange range)
    {
        range = default;
        RlpReader outer = new(payload);
        return outer.TryReadList(out RlpReader r) && outer.AtEnd && TryReadFields(ref r, out range) && r.AtEnd;
    }

    public static void WriteFields(RlpWriter w, BlockRange range) => w.Write(range.Earliest).Write(range.Latest).Write(range.LatestHash);

    /// <summary>False as well for a range that ends before it begins.</summary>
    public static bool TryReadFields(ref RlpReader r, out BlockRange range)
    {
        Hash256 hash = default;
        ulong latest = 0;
        bool ok = r.TryReadUInt64(out ulong earliest) && r.TryReadUInt64(out latest) && r.TryReadHash(out hash) && earliest <= latest;
        range = ok ? new BlockRange(earliest, latest, hash) : default;
        return ok;
    }
}
