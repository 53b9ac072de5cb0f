using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Blocks;

/// <summary>What a block carries for the contracts (protocol rule 2.5): the votes about its parent, certificates, randomness, readiness.
/// It is judged on its own bytes: any valid certificate of the parent is good.</summary>
public sealed record BlockPayload
{
    /// <summary>Commit certificate of h−1; null in block 1 only.</summary>
    public Certificate? ParentCertificate { get; init; }

    /// <summary>Votes against h−1.</summary>
    public IReadOnlyList<CarriedVote> Against { get; init; } = [];

    /// <summary>Votes about h−1−K … h−2 that no block has carried yet (protocol rule 5.3).</summary>
    public IReadOnlyList<CarriedVote> Late { get; init; } = [];

    /// <summary>Of the round before this block's first proposal; null in round 0.</summary>
    public TimeoutCertificate? Timeout { get; init; }

    public IReadOnlyList<Rejection> Rejections { get; init; } = [];

    /// <summary>Proof against who cheated (protocol rule 7.1).</summary>
    public IReadOnlyList<EvidenceItem> Evidence { get; init; } = [];

    /// <summary>The producer's next onion layer (protocol rule 8.1).</summary>
    public required Hash256 Reveal { get; init; }

    public IReadOnlyList<SaltCommitItem> SaltCommits { get; init; } = [];

    public IReadOnlyList<SaltRevealItem> SaltReveals { get; init; } = [];

    public IReadOnlyList<ReadyItem> Ready { get; init; } = [];

    /// <summary>Tip of the producer's next onion; null when none is due.</summary>
    public Hash256? NextTip { get; init; }

    /// <summary>The bench of the next epoch, in an epoch's first block (protocol rule 3.1); null otherwise.</summary>
    public Bench? EpochRecord { get; init; }

    /// <summary>P_min of protocol rule 2.8: what a block cannot do without.</summary>
    public BlockPayload Minimal() => new()
    {
        ParentCertificate = ParentCertificate,
        Timeout = Timeout,
        Reveal = Reveal,
        EpochRecord = EpochRecord,
    };

    /// <summary>Round in which a block with this payload was first proposed.</summary>
    public uint FirstRound => Timeout is { } tc ? tc.Round + 1 : 0;

    public byte[] Encode() => PayloadCodec.Encode(this);
}

/// <summary>A salt's commitment, signed by the slot's key.</summary>
public sealed record SaltCommitItem(uint Slot, Hash256 Commit, ReadOnlyMemory<byte> Signature);

/// <summary>A salt; its commitment proves it.</summary>
public sealed record SaltRevealItem(uint Slot, Hash256 Salt);

/// <summary>A bond is there (protocol rule 3.3).</summary>
public sealed record ReadyItem(uint Slot, ReadOnlyMemory<byte> Signature);
