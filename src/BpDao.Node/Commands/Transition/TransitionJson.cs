using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Core;
using BpDao.Node.Commands.Conformance;

namespace BpDao.Node.Commands.Transition;

/// <summary>Writes the result as geth does: hex quantities, fields of forks that do not have them left out.</summary>
internal static class TransitionJson
{
    public static void WriteAlloc(Utf8JsonWriter json, TransitionResult result)
    {
        json.WriteStartObject();
        foreach ((Address address, TestAccount account) in result.Alloc.Accounts)
        {
            json.WriteStartObject(address.ToString());
            if (!account.Code.IsEmpty) json.WriteString("code", Hex.Encode(account.Code.Span));
            if (account.Storage.Count > 0)
            {
                json.WriteStartObject("storage");
                foreach ((UInt256 slot, UInt256 value) in account.Storage.OrderBy(s => s.Key)) json.WriteString(slot.ToHash().ToString(), value.ToHash().ToString());
                json.WriteEndObject();
            }

            json.WriteString("balance", account.Balance.ToHexQuantity());
            if (account.Nonce > 0) json.WriteString("nonce", Quantity(account.Nonce));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    public static void WriteResult(Utf8JsonWriter json, TransitionResult result)
    {
        (BlockHeader header, IReleaseSpec spec, ProcessedBlock processed) = (result.Header, result.Spec, result.Processed);
        json.WriteStartObject();
        json.WriteString("stateRoot", result.StateRoot.ToString());
        json.WriteString("txRoot", BodyRoots.OfTransactions(result.Included).ToString());
        json.WriteString("receiptsRoot", BodyRoots.OfReceipts(processed.Receipts).ToString());
        json.WriteString("logsHash", LogsHash.Of([.. processed.Receipts.SelectMany(r => r.Logs)]).ToString());
        json.WriteString("logsBloom", processed.Bloom.ToString());
        WriteReceipts(json, result);
        WriteRejected(json, result.Rejected);
        if (spec.IsParis) json.WriteNull("currentDifficulty");
        else json.WriteString("currentDifficulty", header.Difficulty.ToHexQuantity());
        json.WriteString("gasUsed", Quantity(processed.GasUsed));
        if (header.BaseFeePerGas is { } fee) json.WriteString("currentBaseFee", fee.ToHexQuantity());
        if (spec.IsShanghai) json.WriteString("withdrawalsRoot", BodyRoots.OfWithdrawals(result.Withdrawals).ToString());
        if (spec.IsCancun)
        {
            json.WriteString("currentExcessBlobGas", Quantity(header.ExcessBlobGas ?? 0));
            json.WriteString("blobGasUsed", Quantity(processed.BlobGasUsed));
        }

        if (processed.RequestsHash is { } requestsHash)
        {
            json.WriteString("requestsHash", requestsHash.ToString());
            json.WriteStartArray("requests");
            foreach (ReadOnlyMemory<byte> request in processed.Requests) json.WriteStringValue(Hex.Encode(request.Span));
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>The RLP list of the included transactions, in hex.</summary>
    public static void WriteBody(Utf8JsonWriter json, TransitionResult result)
    {
        RlpWriter rlp = new();
        rlp.StartList();
        foreach (Transaction tx in result.Included) TransactionCodec.WriteInBody(rlp, tx);
        json.WriteStringValue(Hex.Encode(rlp.EndList().WrittenSpan));
    }

    private static void WriteReceipts(Utf8JsonWriter json, TransitionResult result)
    {
        json.WriteStartArray("receipts");
        for (int i = 0; i < result.Included.Count; i++)
        {
            Receipt receipt = result.Processed.Receipts[i];
            json.WriteStartObject();
            json.WriteString("type", Quantity((ulong)receipt.Type));
            json.WriteString("root", receipt.PostState is { } root ? root.ToString() : "0x");
            json.WriteString("status", receipt.Success ? "0x1" : "0x0");
            json.WriteString("cumulativeGasUsed", Quantity(receipt.CumulativeGasUsed));
            json.WriteString("logsBloom", receipt.Bloom.ToString());
            WriteLogs(json, receipt.Logs);
            json.WriteString("transactionHash", result.Included[i].Hash.ToString());
            json.WriteString("contractAddress", (receipt.ContractAddress ?? Address.Zero).ToString());
            json.WriteString("gasUsed", Quantity(receipt.GasUsed));
            json.WriteString("blockHash", Hash256.Zero.ToString());
            json.WriteString("transactionIndex", Quantity((ulong)i));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLogs(Utf8JsonWriter json, IReadOnlyList<LogEntry> logs)
    {
        json.WriteStartArray("logs");
        foreach (LogEntry log in logs)
        {
            json.WriteStartObject();
            json.WriteString("address", log.Address.ToString());
            json.WriteStartArray("topics");
            foreach (Hash256 topic in log.Topics) json.WriteStringValue(topic.ToString());
            json.WriteEndArray();
            json.WriteString("data", Hex.Encode(log.Data.Span));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRejected(Utf8JsonWriter json, IReadOnlyList<Rejection> rejected)
    {
        if (rejected.Count == 0) return;
        json.WriteStartArray("rejected");
        foreach (Rejection rejection in rejected)
        {
            json.WriteStartObject();
            json.WriteNumber("index", rejection.Index);
            json.WriteString("error", rejection.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Quantity(ulong value) => ((UInt256)value).ToHexQuantity();
}
