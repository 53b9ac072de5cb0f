using BpDao.Core;

namespace BpDao.Consensus;

/// <summary>What an engine with final blocks offers to whoever follows its chain without executing it: who signed when, proven from one epoch
/// to the next by a header chain and one certificate an epoch (docs/consensus.md, section 11).</summary>
public interface ILightConsensus
{
    /// <summary>The epoch that a header says it is in; null when its extra data are malformed. Proven only by a certificate.</summary>
    ulong? EpochOf(BlockHeader header);

    /// <summary>First and last committed block of an epoch, the head for the one under way; null when this node does not have the whole of it.</summary>
    EpochSpan? SpanOf(ulong epoch, BlockHeader head);

    /// <summary>What an epoch's first block carries for the next one, as <see cref="EpochOpening.Payload"/>; null when it is no such block.</summary>
    ReadOnlyMemory<byte>? PayloadOf(Block first);

    /// <summary>A light chain that stands at the genesis block.</summary>
    /// <param name="receiptsRoot">Root of the trie over encoded receipts (Yellow Paper §4.3.2).</param>
    ILightChain Open(BlockHeader genesis, Func<IReadOnlyList<ReadOnlyMemory<byte>>, Hash256> receiptsRoot);

    /// <summary>How old a head may be whose certificates still bind their signers: half the unbonding time of the contracts at that state. Null where
    /// the keys are published, as on devnets: nothing binds anybody there.</summary>
    TimeSpan? TrustingPeriod(BlockHeader head, IContractCaller state);

    /// <summary>Whether that key alone is a quorum of who votes after <paramref name="head"/>: nobody else can make a block final then.</summary>
    bool IsDecidedBy(BlockHeader head, Address key);

    /// <summary>What the engine must remember of a state that was not executed here, beside <see cref="ILightChain.Records"/>. Written with the head.</summary>
    /// <param name="chain">Stands at <paramref name="head"/>.</param>
    IReadOnlyList<EngineRecord> RecordsAt(ILightChain chain, BlockHeader head, IContractCaller state);
}

/// <summary>A chain of headers that are proven final, growing epoch by epoch. One thread at a time.</summary>
public interface ILightChain
{
    /// <summary>The last header that is proven final.</summary>
    BlockHeader Head { get; }

    /// <summary>The epoch of <see cref="Head"/>.</summary>
    ulong Epoch { get; }

    /// <summary>The last headers, oldest first and with <see cref="Head"/>: at most 257, for BLOCKHASH and the engine.</summary>
    IReadOnlyCollection<BlockHeader> Recent { get; }

    /// <summary>Goes on over headers of one epoch. Nothing changes when the verdict is not valid.</summary>
    BlockVerdict Append(EpochSegment segment);

    /// <summary>Whether those who are proven to have voted about one of the <see cref="Recent"/> blocks made it final with this certificate. That the
    /// block is final is proven already; a certificate of its own is what it is shown to others with.</summary>
    BlockVerdict ValidateCertificate(BlockHeader recent, ReadOnlySpan<byte> certificate);

    /// <summary>What the engine remembers of the headers so far: every bench, and where the recent blocks stand in their epochs.</summary>
    IReadOnlyList<EngineRecord> Records();
}

/// <summary>Blocks of one epoch, both included.</summary>
public readonly record struct EpochSpan(ulong First, ulong Last);

/// <summary>Headers of one epoch with the certificate of the last; parent hashes secure the others.</summary>
/// <param name="Headers">From the light chain's head on, in order.</param>
/// <param name="Opening">Of the first header; null when it does not begin an epoch, or begins epoch 0.</param>
/// <param name="Certificate">The engine's bytes, of the last header.</param>
public sealed record EpochSegment(IReadOnlyList<BlockHeader> Headers, EpochOpening? Opening, ReadOnlyMemory<byte> Certificate);

/// <summary>What decides the bench after next: the payload that an epoch's first block carries, and what became of it.</summary>
/// <param name="Payload">Its hash is the header's parentBeaconBlockRoot.</param>
/// <param name="Receipts">Of all transactions, as they go into the receipts trie: the header's receipts root proves them.</param>
public sealed record EpochOpening(ReadOnlyMemory<byte> Payload, IReadOnlyList<ReadOnlyMemory<byte>> Receipts);
