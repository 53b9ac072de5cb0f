using System.Buffers.Binary;
using System.Text.Json;
using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>Blocks and headers as the execution API has them.</summary>
internal static class BlockJson
{
    /// <param name="fullTransactions">False: transactions by hash.</param>
    public static void Write(Utf8JsonWriter w, Block block, bool fullTransactions)
    {
        w.WriteStartObject();
        WriteHeaderFields(w, block.Header);
        w.WriteQuantity("size"u8, (ulong)BlockCodec.Encode(block).Length);
        w.WriteStartArray("transactions"u8);
        for (int i = 0; i < block.Transactions.Count; i++)
        {
            if (fullTransactions) TransactionJson.Write(w, block.Transactions[i], new TransactionPlace(block.Header, i));
            else w.WriteDataValue(block.Transactions[i].Hash.Bytes);
        }

        w.WriteEndArray();
        w.WriteStartArray("uncles"u8);
        foreach (BlockHeader ommer in block.Body.Ommers) w.WriteDataValue(ommer.Hash.Bytes);
        w.WriteEndArray();
        WriteWithdrawals(w, block.Body.Withdrawals);
        w.WriteEndObject();
    }

    /// <summary>What <c>newHeads</c> sends.</summary>
    public static void WriteHeader(Utf8JsonWriter w, BlockHeader header)
    {
        w.WriteStartObject();
        WriteHeaderFields(w, header);
        w.WriteEndObject();
    }

    private static void WriteHeaderFields(Utf8JsonWriter w, BlockHeader h)
    {
        w.WriteQuantity("number"u8, h.Number);
        w.WriteData("hash"u8, h.Hash);
        w.WriteData("parentHash"u8, h.ParentHash);
        Span<byte> nonce = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(nonce, h.Nonce);
        w.WriteData("nonce"u8, nonce);
        w.WriteData("mixHash"u8, h.MixHash);
        w.WriteData("sha3Uncles"u8, h.OmmersHash);
        w.WriteData("logsBloom"u8, h.LogsBloom.Bytes);
        w.WriteData("transactionsRoot"u8, h.TransactionsRoot);
        w.WriteData("stateRoot"u8, h.StateRoot);
        w.WriteData("receiptsRoot"u8, h.ReceiptsRoot);
        w.WriteData("miner"u8, h.Beneficiary);
        w.WriteQuantity("difficulty"u8, h.Difficulty);
        w.WriteData("extraData"u8, h.ExtraData.Span);
        w.WriteQuantity("gasLimit"u8, h.GasLimit);
        w.WriteQuantity("gasUsed"u8, h.GasUsed);
        w.WriteQuantity("timestamp"u8, h.Timestamp);
        if (h.BaseFeePerGas is { } baseFee) w.WriteQuantity("baseFeePerGas"u8, baseFee);
        if (h.WithdrawalsRoot is { } withdrawalsRoot) w.WriteData("withdrawalsRoot"u8, withdrawalsRoot);
        if (h.BlobGasUsed is { } blobGasUsed) w.WriteQuantity("blobGasUsed"u8, blobGasUsed);
        if (h.ExcessBlobGas is { } excessBlobGas) w.WriteQuantity("excessBlobGas"u8, excessBlobGas);
        if (h.ParentBeaconBlockRoot is { } beaconRoot) w.WriteData("parentBeaconBlockRoot"u8, beaconRoot);
        if (h.RequestsHash is { } requestsHash) w.WriteData("requestsHash"u8, requestsHash);
    }

    private static void WriteWithdrawals(Utf8JsonWriter w, IReadOnlyList<Withdrawal>? withdrawals)
    {
        if (withdrawals is null) return;
        w.WriteStartArray("withdrawals"u8);
        foreach (Withdrawal withdrawal in withdrawals)
        {
            w.WriteStartObject();
            w.WriteQuantity("index"u8, withdrawal.Index);
            w.WriteQuantity("validatorIndex"u8, withdrawal.ValidatorIndex);
            w.WriteData("address"u8, withdrawal.Address);
            w.WriteQuantity("amount"u8, withdrawal.AmountGwei);
            w.WriteEndObject();
        }

        w.WriteEndArray();
    }
}
