using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>Rejected proposals that wait for a payload (protocol rule 4.5). Bounded: the newest stay.</summary>
internal sealed class RejectionPool
{
    /// <summary>As many as a payload may carry (protocol rule 2.5).</summary>
    public const int MaxCarried = 2;

    private const int Capacity = 16;

    private readonly List<Item> _items = [];

    /// <summary>A later certificate with more votes replaces an earlier one.</summary>
    public void Add(Proposal proposal, Certificate against)
    {
        Hash256 hash = proposal.Block.Hash;
        _items.RemoveAll(i => i.BlockHash == hash);
        if (_items.Count == Capacity) _items.RemoveAt(0);
        Rejection rejection = new(HeaderCodec.Encode(proposal.Block.Header), proposal.JustificationDigest, proposal.Signature, against);
        _items.Add(new Item(hash, proposal.Epoch, rejection));
    }

    public bool Contains(Hash256 blockHash) => _items.Exists(i => i.BlockHash == blockHash);

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Rejection> ForPayload => [.. _items.Take(MaxCarried).Select(i => i.Rejection)];

    /// <summary>Forgets what was carried, and what no payload may carry any more: epochs before the last one.</summary>
    public void Begin(ulong epoch, IReadOnlyList<Hash256> carried) =>
        _items.RemoveAll(i => i.Epoch + 1 < epoch || carried.Contains(i.BlockHash));

    private sealed record Item(Hash256 BlockHash, ulong Epoch, Rejection Rejection);
}
