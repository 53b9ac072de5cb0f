using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>The last stage: what execution gave is what the header says.</summary>
internal static class ExecutionValidator
{
    public static BlockVerdict Validate(BlockHeader header, ProcessedBlock processed)
    {
        if (header.GasUsed != processed.GasUsed) return new(BlockError.InvalidGasUsed, $"{header.GasUsed}, not {processed.GasUsed}");
        Hash256 receiptsRoot = BodyRoots.OfReceipts(processed.Receipts);
        if (header.ReceiptsRoot != receiptsRoot) return new(BlockError.InvalidReceiptsRoot, $"{header.ReceiptsRoot}, not {receiptsRoot}");
        if (!header.LogsBloom.Equals(processed.Bloom)) return new(BlockError.InvalidLogsBloom);
        return header.RequestsHash == processed.RequestsHash
            ? default
            : new(BlockError.InvalidRequestsHash, $"{header.RequestsHash}, not {processed.RequestsHash}");
    }

    public static BlockVerdict ValidateRoot(BlockHeader header, in Hash256 stateRoot) =>
        header.StateRoot == stateRoot ? default : new(BlockError.InvalidStateRoot, $"{header.StateRoot}, not {stateRoot}");
}
