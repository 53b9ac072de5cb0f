using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>The second stage: the body is the one that the header commits to, and no larger than it may be.</summary>
internal sealed class BodyValidator(ISpecProvider specs)
{
    /// <summary>EIP-7934: ten mebibytes less two for what the consensus layer adds around a block.</summary>
    public const int MaxBlockSize = 8 * 1024 * 1024;

    public BlockVerdict Validate(Block block)
    {
        (BlockHeader header, BlockBody body) = (block.Header, block.Body);
        Hash256 transactionsRoot = BodyRoots.OfTransactions(body.Transactions);
        if (transactionsRoot != header.TransactionsRoot) return new(BlockError.InvalidTransactionsRoot, $"{header.TransactionsRoot}, not {transactionsRoot}");
        if (BodyRoots.OfOmmers(body.Ommers) != header.OmmersHash) return new(BlockError.InvalidOmmers, $"{body.Ommers.Count} ommers");

        Hash256? withdrawalsRoot = body.Withdrawals is null ? null : BodyRoots.OfWithdrawals(body.Withdrawals);
        if (withdrawalsRoot != header.WithdrawalsRoot) return new(BlockError.InvalidWithdrawalsRoot, $"{header.WithdrawalsRoot}, not {withdrawalsRoot}");

        // The body is the header's own by now, so this is the block's fault and not its carrier's.
        if (specs.GetSpec(header).IsOsaka && BlockCodec.Encode(block).Length is var size and > MaxBlockSize)
        {
            return new(BlockError.BlockTooLarge, $"{size} bytes of {MaxBlockSize}");
        }

        ulong blobGas = (ulong)body.Transactions.Sum(t => t.BlobVersionedHashes.Count) * BlobGas.PerBlob;
        return blobGas == (header.BlobGasUsed ?? 0) ? default : new(BlockError.InvalidBlobGas, $"{header.BlobGasUsed} used, {blobGas} in the body");
    }
}
