using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>The last stage: what execution gave is what the header says.</summary>
internal static class ExecutionValidator
{
    /// <summary>What costs nothing to compare; before any root is computed.</summary>
    public static BlockVerdict ValidateGas(BlockHeader header, ProcessedBlock processed) =>
        header.GasUsed == processed.GasUsed ? default : new(BlockError.InvalidGasUsed, $"{header.GasUsed}, not {processed.GasUsed}");

    public static BlockVerdict ValidateReceipts(BlockHeader header, ProcessedBlock processed, in Hash256 receiptsRoot)
    {
        if (header.ReceiptsRoot != receiptsRoot) return new(BlockError.InvalidReceiptsRoot, $"{header.ReceiptsRoot}, not {receiptsRoot}");
        if (!header.LogsBloom.Equals(processed.Bloom)) return new(BlockError.InvalidLogsBloom);
        return header.RequestsHash == processed.RequestsHash
            ? default
            : new(BlockError.InvalidRequestsHash, $"{header.RequestsHash}, not {processed.RequestsHash}");
    }

    public static BlockVerdict ValidateRoot(BlockHeader header, in Hash256 stateRoot) =>
        header.StateRoot == stateRoot ? default : new(BlockError.InvalidStateRoot, $"{header.StateRoot}, not {stateRoot}");
}
