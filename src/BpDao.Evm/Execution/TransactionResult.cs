using System.Diagnostics.CodeAnalysis;
using BpDao.Core;

namespace BpDao.Evm;

/// <summary>What became of a transaction: refused and nothing changed, or executed and what its receipt needs.</summary>
public sealed record TransactionResult
{
    /// <summary>Not <see cref="TxError.None"/>: the transaction is invalid here, the world untouched, the rest of this meaningless.</summary>
    public TxError Error { get; init; }

    /// <summary>Figures to <see cref="Error"/> for people.</summary>
    public string? Detail { get; init; }

    public bool IsValid => Error == TxError.None;

    /// <summary>EIP-658: the outermost call did not fail.</summary>
    public bool Success => IsValid && Halt == HaltReason.None;

    /// <summary>Why the outermost call failed.</summary>
    public HaltReason Halt { get; init; }

    /// <summary>Gas paid for, after refunds.</summary>
    public ulong GasUsed { get; init; }

    /// <summary>Gas given back, after the cap of EIP-3529.</summary>
    public ulong GasRefunded { get; init; }

    /// <summary>Return data, or revert data when <see cref="Halt"/> is <see cref="HaltReason.Reverted"/>; empty otherwise.</summary>
    public ReadOnlyMemory<byte> Output { get; init; }

    public IReadOnlyList<LogEntry> Logs { get; init; } = [];

    /// <summary>Address of a creation, whether or not it succeeded; null for calls.</summary>
    public Address? ContractAddress { get; init; }

    /// <summary>Wei per gas that the sender pays.</summary>
    public UInt256 EffectiveGasPrice { get; init; }

    /// <summary>EIP-4844: gas of the blobs.</summary>
    public ulong BlobGasUsed { get; init; }

    public static TransactionResult Refused(TxError error, [NotNull] string detail) => new() { Error = error, Detail = detail };
}
