using System.Text.Json;
using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>Where in the chain a transaction stands.</summary>
public readonly record struct TransactionPlace(BlockHeader Header, int Index);

/// <summary>A transaction as <c>TransactionInfo</c> of the execution API.</summary>
internal static class TransactionJson
{
    /// <param name="place">Null for a transaction that waits in the pool.</param>
    public static void Write(Utf8JsonWriter w, Transaction tx, TransactionPlace? place)
    {
        w.WriteStartObject();
        WritePlace(w, place);
        w.WriteData("from"u8, SenderOf(tx));
        w.WriteQuantity("gas"u8, tx.GasLimit);
        WriteFees(w, tx, place?.Header.BaseFeePerGas);
        w.WriteData("hash"u8, tx.Hash);
        w.WriteData("input"u8, tx.Data.Span);
        w.WriteQuantity("nonce"u8, tx.Nonce);
        w.WriteData("to"u8, tx.To);
        w.WriteQuantity("value"u8, tx.Value);
        w.WriteQuantity("type"u8, (ulong)tx.Type);
        if (tx.Type != TxType.Legacy) WriteAccessList(w, tx.AccessList);
        if (tx.ChainId is { } chainId) w.WriteQuantity("chainId"u8, chainId);
        if (tx.Type == TxType.Blob) WriteHashes(w, "blobVersionedHashes"u8, tx.BlobVersionedHashes);
        if (tx.Type == TxType.SetCode) WriteAuthorizations(w, tx.AuthorizationList);
        WriteSignature(w, tx);
        w.WriteEndObject();
    }

    /// <summary>The sender, which whoever gives a transaction to the RPC has recovered.</summary>
    public static Address SenderOf(Transaction tx) =>
        tx.Sender ?? throw new InvalidOperationException($"Transaction {tx.Hash} came without its sender.");

    /// <summary>Wei per gas that the sender pays in a block with that base fee. The protocol's own transaction offers nothing and pays
    /// nothing (protocol rule 2.4).</summary>
    public static UInt256 EffectiveGasPrice(Transaction tx, UInt256? baseFee)
    {
        if (baseFee is not { } fee || tx.MaxFeePerGas < fee) return tx.MaxFeePerGas;
        return fee + UInt256.Min(tx.MaxPriorityFeePerGas, tx.MaxFeePerGas - fee);
    }

    public static void WriteAccessList(Utf8JsonWriter w, IReadOnlyList<AccessListEntry> accessList)
    {
        w.WriteStartArray("accessList"u8);
        Span<byte> word = stackalloc byte[UInt256.Size];
        foreach (AccessListEntry entry in accessList)
        {
            w.WriteStartObject();
            w.WriteData("address"u8, entry.Address);
            w.WriteStartArray("storageKeys"u8);
            foreach (UInt256 key in entry.StorageKeys)
            {
                key.WriteBigEndian(word);
                w.WriteDataValue(word);
            }

            w.WriteEndArray();
            w.WriteEndObject();
        }

        w.WriteEndArray();
    }

    private static void WritePlace(Utf8JsonWriter w, TransactionPlace? place)
    {
        if (place is { } p)
        {
            w.WriteData("blockHash"u8, p.Header.Hash);
            w.WriteQuantity("blockNumber"u8, p.Header.Number);
            w.WriteQuantity("blockTimestamp"u8, p.Header.Timestamp);
            w.WriteQuantity("transactionIndex"u8, (ulong)p.Index);
            return;
        }

        w.WriteNull("blockHash"u8);
        w.WriteNull("blockNumber"u8);
        w.WriteNull("transactionIndex"u8);
    }

    private static void WriteFees(Utf8JsonWriter w, Transaction tx, UInt256? baseFee)
    {
        if (tx.Type is TxType.Legacy or TxType.AccessList)
        {
            w.WriteQuantity("gasPrice"u8, tx.MaxFeePerGas);
            return;
        }

        w.WriteQuantity("gasPrice"u8, EffectiveGasPrice(tx, baseFee));
        w.WriteQuantity("maxFeePerGas"u8, tx.MaxFeePerGas);
        w.WriteQuantity("maxPriorityFeePerGas"u8, tx.MaxPriorityFeePerGas);
        if (tx.Type == TxType.Blob) w.WriteQuantity("maxFeePerBlobGas"u8, tx.MaxFeePerBlobGas);
    }

    private static void WriteSignature(Utf8JsonWriter w, Transaction tx)
    {
        ulong parity = tx.Signature.YParity;
        UInt256 v = (tx.Type, tx.ChainId) switch
        {
            (TxType.Legacy, null) => 27 + parity,
            (TxType.Legacy, { } chainId) => ((UInt256)chainId << 1) + 35 + parity, // EIP-155
            _ => parity,
        };
        w.WriteQuantity("v"u8, v);
        w.WriteQuantity("r"u8, tx.Signature.R);
        w.WriteQuantity("s"u8, tx.Signature.S);
        if (tx.Type != TxType.Legacy) w.WriteQuantity("yParity"u8, parity);
    }

    private static void WriteAuthorizations(Utf8JsonWriter w, IReadOnlyList<Authorization> list)
    {
        w.WriteStartArray("authorizationList"u8);
        foreach (Authorization a in list)
        {
            w.WriteStartObject();
            w.WriteQuantity("chainId"u8, a.ChainId);
            w.WriteData("address"u8, a.Address);
            w.WriteQuantity("nonce"u8, a.Nonce);
            w.WriteQuantity("yParity"u8, (ulong)a.Signature.YParity);
            w.WriteQuantity("r"u8, a.Signature.R);
            w.WriteQuantity("s"u8, a.Signature.S);
            w.WriteEndObject();
        }

        w.WriteEndArray();
    }

    private static void WriteHashes(Utf8JsonWriter w, ReadOnlySpan<byte> name, IReadOnlyList<Hash256> hashes)
    {
        w.WriteStartArray(name);
        foreach (Hash256 hash in hashes) w.WriteDataValue(hash.Bytes);
        w.WriteEndArray();
    }
}
