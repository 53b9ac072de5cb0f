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
        if (header.Difficulty.IsZero) return new(BlockError.InvalidDifficulty, "0");
        if (_caches.Of(EpochOf(header)) is not { } cache) return new(BlockError.InvalidNumber, $"Ethash is not defined for block {header.Number}");
        Work work = new(HeaderCodec.SealHash(header), header.Nonce);
        Hashimoto.Compute(cache, new Span<Work>(ref work));
        return Judge(header, work);
    }

    /// <summary>Verifies on all processors, several headers together on each, and remembers what is good; of the rest
    /// <see cref="Verify"/> will say why.</summary>
    public void VerifyAhead(IEnumerable<BlockHeader> headers) => Parallel.ForEach(
        headers.Where(h => !h.Difficulty.IsZero && !IsRemembered(h.Hash)).GroupBy(EpochOf).SelectMany(epoch => epoch.Chunk(EthashCache.MaxTogether)), VerifyTogether);

    private void VerifyTogether(BlockHeader[] headers)
    {
        if (_caches.Of(EpochOf(headers[0])) is not { } cache) return;
        Work[] works = [.. headers.Select(h => new Work(HeaderCodec.SealHash(h), h.Nonce))];
        Hashimoto.Compute(cache, works);
        for (int i = 0; i < works.Length; i++) Judge(headers[i], works[i]);
    }

    private BlockVerdict Judge(BlockHeader header, in Work work)
    {
        if (work.Mix != header.MixHash) return new(BlockError.InvalidMix, $"{header.MixHash}, not {work.Mix}");
        if (!Meets(work.Result, header.Difficulty)) return new(BlockError.InvalidNonce, $"{work.Result} is too little work for difficulty {header.Difficulty}");
        Remember(header.Hash);
        return BlockVerdict.Valid;
    }

    private static ulong EpochOf(BlockHeader header) => header.Number / EpochParameters.Length;

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
