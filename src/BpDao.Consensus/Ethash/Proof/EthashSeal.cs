using BpDao.Core;

namespace BpDao.Consensus.Ethash.Proof;

/// <summary>Says whether a header carries the work that its difficulty asks for. It holds no chain: one serves many. Safe for many threads.</summary>
public sealed class EthashSeal
{
    // A header is asked for twice, when it is checked ahead and when it is judged; what is forgotten is only computed again.
    private const int RememberedPerGeneration = 8192;

    private readonly EpochCaches _caches;
    private readonly Lock _lock = new();
    private HashSet<Hash256> _young = [], _old = [];

    public EthashSeal()
        : this(new EpochCaches())
    {
    }

    internal EthashSeal(EpochCaches caches) => _caches = caches;

    public BlockVerdict Verify(BlockHeader header)
    {
        if (IsRemembered(header.Hash)) return BlockVerdict.Valid;
        if (_caches.Of(header.Number / EpochParameters.Length) is not { } cache) return new(BlockError.InvalidNumber, $"Ethash is not defined for block {header.Number}");
        if (header.Difficulty.IsZero) return new(BlockError.InvalidDifficulty, "0");
        Hash256 work = Hashimoto.Compute(cache, HeaderCodec.SealHash(header), header.Nonce, out Hash256 mix);
        if (mix != header.MixHash) return new(BlockError.InvalidMix, $"{header.MixHash}, not {mix}");
        if (!Meets(work, header.Difficulty)) return new(BlockError.InvalidNonce, $"{work} is too little work for difficulty {header.Difficulty}");
        Remember(header.Hash);
        return BlockVerdict.Valid;
    }

    /// <summary>Verifies on all processors and remembers what is good; of the rest <see cref="Verify"/> will say why.</summary>
    public void VerifyAhead(IEnumerable<BlockHeader> headers) => Parallel.ForEach(headers, header => Verify(header));

    /// <summary>work ≤ 2²⁵⁶ / difficulty, in whole numbers.</summary>
    internal static bool Meets(in Hash256 work, in UInt256 difficulty)
    {
        // One bit more than a word holds: divide 2²⁵⁶ − 1 instead, which is one short when the difficulty divides 2²⁵⁶.
        UInt256 target = UInt256.MaxValue / difficulty;
        bool divides = UInt256.MaxValue - (target * difficulty) + 1 == difficulty;
        UInt256 value = UInt256.FromHash(work);
        return value <= target || (divides && value - 1 == target);
    }

    private bool IsRemembered(in Hash256 hash)
    {
        lock (_lock) return _young.Contains(hash) || _old.Contains(hash);
    }

    private void Remember(in Hash256 hash)
    {
        lock (_lock)
        {
            if (_young.Count >= RememberedPerGeneration) (_young, _old) = ([], _young);
            _young.Add(hash);
        }
    }
}
