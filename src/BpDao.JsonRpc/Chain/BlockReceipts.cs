using System.Text.Json;
using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>A block with its receipts, and what the receipts' JSON needs of the block around them.</summary>
internal sealed record BlockReceipts(Block Block, IReadOnlyList<Receipt> Receipts, UInt256? BlobBaseFee)
{
    /// <summary>Null when the chain has no such block, or not its receipts.</summary>
    public static BlockReceipts? Load(ChainQuestions questions, Hash256 hash)
    {
        if (questions.Tree.BlockByHash(hash) is not { } block || questions.Tree.ReceiptsOf(hash) is not { } receipts) return null;
        BlobSchedule blobs = questions.Specs.GetSpec(block.Header).Blobs;
        return new BlockReceipts(block, receipts, block.Header.ExcessBlobGas is { } excess ? BlobGas.BaseFee(excess, blobs) : null);
    }

    /// <summary>The receipt at that index; the transaction's sender must be known.</summary>
    public void Write(Utf8JsonWriter w, int index)
    {
        int firstLog = 0;
        for (int i = 0; i < index; i++) firstLog += Receipts[i].Logs.Count;
        ReceiptJson.Write(w, Receipts[index], Block.Transactions[index], new TransactionPlace(Block.Header, index), firstLog, BlobBaseFee);
    }
}
