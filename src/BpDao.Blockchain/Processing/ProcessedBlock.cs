using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>What executing a block gave; nothing of it is stored anywhere yet.</summary>
/// <param name="RequestsHash">EIP-7685; null before Prague.</param>
public sealed record ProcessedBlock(
    IReadOnlyList<Receipt> Receipts, StateDiff Diff, ulong GasUsed, ulong BlobGasUsed, Bloom Bloom, Hash256? RequestsHash)
{
    /// <summary>EIP-7685: type byte and data of each type that has any; empty before Prague.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Requests { get; init; } = [];
}
