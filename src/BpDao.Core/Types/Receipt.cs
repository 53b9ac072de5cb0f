namespace BpDao.Core;

/// <summary>What a transaction left in its block (EIP-2718, EIP-658).</summary>
public sealed record Receipt
{
    public TxType Type { get; init; }

    /// <summary>EIP-658: true when the outer call did not fail. Meaningless when <see cref="PostState"/> is there.</summary>
    public bool Success { get; init; }

    /// <summary>State root after the transaction, before Byzantium only.</summary>
    public Hash256? PostState { get; init; }

    /// <summary>Gas of the block up to and with this transaction.</summary>
    public ulong CumulativeGasUsed { get; init; }

    public required IReadOnlyList<LogEntry> Logs { get; init; }

    /// <summary>Filter over <see cref="Logs"/>.</summary>
    public required Bloom Bloom { get; init; }

    /// <summary>Gas of this transaction alone. Not part of the encoding; derived when read back.</summary>
    public ulong GasUsed { get; init; }

    /// <summary>Address of the contract that a creation made. Not part of the encoding.</summary>
    public Address? ContractAddress { get; init; }
}
