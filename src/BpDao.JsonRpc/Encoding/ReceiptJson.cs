using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>Receipts and logs as the execution API has them.</summary>
internal static class ReceiptJson
{
    /// <param name="firstLogIndex">Logs of the block before this receipt's.</param>
    /// <param name="blobBaseFee">Wei per blob gas in the block; null where blobs do not exist.</param>
    public static void Write(
        Utf8JsonWriter w, Receipt receipt, Transaction tx, TransactionPlace place, int firstLogIndex, UInt256? blobBaseFee)
    {
        w.WriteStartObject();
        w.WriteData("blockHash"u8, place.Header.Hash);
        w.WriteQuantity("blockNumber"u8, place.Header.Number);
        w.WriteData("contractAddress"u8, receipt.ContractAddress);
        w.WriteQuantity("cumulativeGasUsed"u8, receipt.CumulativeGasUsed);
        w.WriteQuantity("effectiveGasPrice"u8, TransactionJson.EffectiveGasPrice(tx, place.Header.BaseFeePerGas));
        w.WriteData("from"u8, TransactionJson.SenderOf(tx));
        w.WriteQuantity("gasUsed"u8, receipt.GasUsed);
        if (tx.Type == TxType.Blob && blobBaseFee is { } price)
        {
            w.WriteQuantity("blobGasPrice"u8, price);
            w.WriteQuantity("blobGasUsed"u8, (ulong)tx.BlobVersionedHashes.Count * BlobGas.PerBlob);
        }

        w.WriteStartArray("logs"u8);
        BlockHeader header = place.Header;
        for (int i = 0; i < receipt.Logs.Count; i++)
        {
            WriteLog(w, new FoundLog(
                receipt.Logs[i], header.Hash, header.Number, header.Timestamp, tx.Hash, place.Index, firstLogIndex + i));
        }

        w.WriteEndArray();
        w.WriteData("logsBloom"u8, receipt.Bloom.Bytes);
        if (receipt.PostState is { } root) w.WriteData("root"u8, root);
        else w.WriteQuantity("status"u8, receipt.Success ? 1UL : 0UL);
        w.WriteData("to"u8, tx.To);
        w.WriteData("transactionHash"u8, tx.Hash);
        w.WriteQuantity("transactionIndex"u8, (ulong)place.Index);
        w.WriteQuantity("type"u8, (ulong)tx.Type);
        w.WriteEndObject();
    }

    public static void WriteLog(Utf8JsonWriter w, FoundLog found)
    {
        w.WriteStartObject();
        w.WriteData("address"u8, found.Log.Address);
        w.WriteStartArray("topics"u8);
        foreach (Hash256 topic in found.Log.Topics) w.WriteDataValue(topic.Bytes);
        w.WriteEndArray();
        w.WriteData("data"u8, found.Log.Data.Span);
        w.WriteQuantity("blockNumber"u8, found.BlockNumber);
        w.WriteData("transactionHash"u8, found.TransactionHash);
        w.WriteQuantity("transactionIndex"u8, (ulong)found.TransactionIndex);
        w.WriteData("blockHash"u8, found.BlockHash);
        w.WriteQuantity("blockTimestamp"u8, found.BlockTimestamp);
        w.WriteQuantity("logIndex"u8, (ulong)found.LogIndex);
        w.WriteBoolean("removed"u8, false); // nothing committed is ever taken back (protocol rule 2.1)
        w.WriteEndObject();
    }
}
