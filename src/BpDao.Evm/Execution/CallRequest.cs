using BpDao.Core;

namespace BpDao.Evm;

/// <summary>A message call outside any transaction: by the protocol, by the node reading a contract, by a genesis builder.
/// It pays no fees, no intrinsic gas and counts no nonce.</summary>
public readonly record struct CallRequest
{
    /// <summary>CALLER and ORIGIN.</summary>
    public required Address From { get; init; }

    /// <summary>Null runs <see cref="Input"/> as init code.</summary>
    public required Address? To { get; init; }

    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>In wei.</summary>
    public UInt256 Value { get; init; }

    public required ulong Gas { get; init; }

    /// <summary>GASPRICE, in wei.</summary>
    public UInt256 GasPrice { get; init; }

    /// <summary>Where a creation puts its contract; null derives it from the caller and its nonce as CREATE does.</summary>
    public Address? CreateAt { get; init; }
}

/// <summary>What a message call came to.</summary>
public sealed record CallResult
{
    public bool Success => Halt == HaltReason.None;

    public HaltReason Halt { get; init; }

    /// <summary>Before any refund.</summary>
    public ulong GasUsed { get; init; }

    /// <summary>The refund counter; what EIP-3529 allows of it is the caller's business.</summary>
    public long Refund { get; init; }

    /// <summary>Return data, or revert data when <see cref="Halt"/> is <see cref="HaltReason.Reverted"/>; empty otherwise.</summary>
    public ReadOnlyMemory<byte> Output { get; init; }

    public IReadOnlyList<LogEntry> Logs { get; init; } = [];

    /// <summary>Address of a creation.</summary>
    public Address? ContractAddress { get; init; }
}
