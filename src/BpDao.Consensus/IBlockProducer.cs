using BpDao.Core;

namespace BpDao.Consensus;

/// <summary>Builds blocks on the parent's state. The engine says when and with what; nothing is stored.</summary>
public interface IBlockProducer
{
    /// <summary>Executes the leading transactions, then the pool's best, and fills in the roots. The result is remembered, so that judging
    /// or committing the same block does not execute it again.</summary>
    BuiltBlock Build(BlockHeader parent, PayloadAttributes attributes, CancellationToken cancellationToken);
}

/// <summary>The header fields and transactions that are the engine's to choose.</summary>
public sealed record PayloadAttributes
{
    /// <summary>Unix seconds.</summary>
    public required ulong Timestamp { get; init; }

    public required Address Beneficiary { get; init; }

    public required ulong GasLimit { get; init; }

    public ReadOnlyMemory<byte> ExtraData { get; init; }

    /// <summary>prevrandao.</summary>
    public Hash256 MixHash { get; init; }

    public Hash256 ParentBeaconBlockRoot { get; init; }

    public IReadOnlyList<Withdrawal> Withdrawals { get; init; } = [];

    /// <summary>Go first, in this order; one that is invalid makes <see cref="BuiltBlock.Verdict"/> say so.</summary>
    public IReadOnlyList<Transaction> LeadingTransactions { get; init; } = [];

    /// <summary>False: only the leading transactions.</summary>
    public bool IncludePool { get; init; } = true;
}

/// <summary>A block that was built, with its receipts.</summary>
/// <param name="Verdict">Not valid when a leading transaction could not be executed; the block is then null.</param>
public sealed record BuiltBlock(BlockVerdict Verdict, Block? Block, IReadOnlyList<Receipt> Receipts);

/// <summary>The one door for blocks, in two acts: <see cref="Judge"/> executes in memory, <see cref="Commit"/> writes.</summary>
public interface IBlockImporter
{
    /// <summary>Validates by stage and executes on the parent's state. Writes nothing; the result is kept for <see cref="Commit"/>.</summary>
    BlockVerdict Judge(Block block, CancellationToken cancellationToken);

    /// <summary>Writes header, body, receipts, state, certificate, engine records and the head pointer in one synced batch; judges first
    /// when that was not done. The caller has verified the certificate, or it comes with <paramref name="verifyCertificate"/>.</summary>
    BlockVerdict Commit(Block block, ReadOnlyMemory<byte> certificate, bool verifyCertificate, CancellationToken cancellationToken);

    /// <summary>Raised after a block was committed, in order.</summary>
    event Action<Block> Committed;
}
