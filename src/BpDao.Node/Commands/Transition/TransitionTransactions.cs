using System.Text.Json;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Node.Commands.Conformance;

namespace BpDao.Node.Commands.Transition;

/// <summary>Reads <c>txs</c>: transactions as the RPC shows them, signed or with a <c>secretKey</c> to sign them with; or an RLP list.</summary>
internal static class TransitionTransactions
{
    private static readonly EthereumEcdsa Ecdsa = new(Secp256k1.Default);

    /// <returns>Null in the place of one that cannot be decoded, which is then rejected.</returns>
    /// <exception cref="TransitionFault">Something is missing or malformed.</exception>
    public static IReadOnlyList<Transaction?> Read(JsonElement txs, ulong chainId) => TransitionFault.Reading("txs", () => ReadAll(txs, chainId));

    private static List<Transaction?> ReadAll(JsonElement txs, ulong chainId)
    {
        if (txs.ValueKind == JsonValueKind.String) return ReadRlp(TestNumbers.Bytes(txs));
        if (txs.ValueKind == JsonValueKind.Null) return [];
        List<Transaction?> read = [];
        foreach (JsonElement json in txs.EnumerateArray())
        {
            read.Add(TransitionFault.Reading($"txs[{read.Count}]", () => Signed(json, ReadUnsigned(json, chainId), chainId)));
        }

        return read;
    }

    private static List<Transaction?> ReadRlp(byte[] list)
    {
        RlpReader reader = new(list);
        if (!reader.TryReadList(out RlpReader items)) throw TransitionFault.Rlp("txs: not an RLP list");
        List<Transaction?> read = [];
        while (!items.AtEnd)
        {
            if (!items.TryReadRaw(out ReadOnlySpan<byte> encoded)) throw TransitionFault.Rlp($"txs[{read.Count}]: not an RLP item");
            RlpReader item = new(encoded);
            read.Add(TransactionCodec.TryReadInBody(ref item, out Transaction? tx) ? tx : null);
        }

        return read;
    }

    private static Transaction ReadUnsigned(JsonElement json, ulong chainId)
    {
        ulong number = Optional(json, "type") is { } t ? TestNumbers.Long(t) : 0;
        if (number > (ulong)TxType.SetCode) throw new FormatException($"no transaction is of type {number}");
        TxType type = (TxType)number;
        bool isDynamic = type >= TxType.DynamicFee;
        UInt256 price = TestNumbers.Word(json.GetProperty(isDynamic ? "maxFeePerGas" : "gasPrice"));
        return new Transaction
        {
            Type = type,
            ChainId = type != TxType.Legacy ? (Optional(json, "chainId") is { } id ? TestNumbers.Long(id) : chainId) : null,
            Nonce = TestNumbers.Long(json.GetProperty("nonce")),
            MaxFeePerGas = price,
            MaxPriorityFeePerGas = isDynamic ? TestNumbers.Word(json.GetProperty("maxPriorityFeePerGas")) : price,
            GasLimit = TestNumbers.Long(json.GetProperty("gas")),
            To = Optional(json, "to") is { } to && to.GetString() is { Length: > 0 } ? TestNumbers.Address(to) : null,
            Value = TestNumbers.Word(json.GetProperty("value")),
            Data = TestNumbers.Bytes(Optional(json, "input") ?? json.GetProperty("data")),
            AccessList = Optional(json, "accessList") is { } list ? TestTransactionParts.AccessList(list) : [],
            MaxFeePerBlobGas = Optional(json, "maxFeePerBlobGas") is { } blobFee ? TestNumbers.Word(blobFee) : UInt256.Zero,
            BlobVersionedHashes = Optional(json, "blobVersionedHashes") is { } blobs ? [.. blobs.EnumerateArray().Select(TestNumbers.Hash)] : [],
            AuthorizationList = Optional(json, "authorizationList") is { } wishes ? [.. wishes.EnumerateArray().Select(TestTransactionParts.Authorization)] : [],
        };
    }

    private static Transaction Signed(JsonElement json, Transaction tx, ulong chainId)
    {
        UInt256 v = Optional(json, "v") is { } field ? TestNumbers.Word(field) : UInt256.Zero;
        UInt256 r = Optional(json, "r") is { } rField ? TestNumbers.Word(rField) : UInt256.Zero;
        UInt256 s = Optional(json, "s") is { } sField ? TestNumbers.Word(sField) : UInt256.Zero;
        bool unsigned = v.IsZero && r.IsZero && s.IsZero;
        if (unsigned && Optional(json, "secretKey") is { } secret) return Sign(tx, json, secret, chainId);
        if (tx.Type != TxType.Legacy) return tx with { Signature = new TxSignature((byte)(v.IsUInt64 ? Math.Min(v.L0, byte.MaxValue) : byte.MaxValue), r, s) };
        if (!v.IsUInt64 || v.L0 < 27) return tx with { Signature = new TxSignature(byte.MaxValue, r, s) }; // no such v: it will be rejected
        bool protectedBy155 = v.L0 >= 35;
        return tx with
        {
            ChainId = protectedBy155 ? (v.L0 - 35) / 2 : null,
            Signature = new TxSignature((byte)(protectedBy155 ? (v.L0 - 35) & 1 : v.L0 - 27), r, s),
        };
    }

    private static Transaction Sign(Transaction tx, JsonElement json, JsonElement secret, ulong chainId)
    {
        if (!PrivateKey.TryCreate(TestNumbers.Word(secret).ToBigEndian(), out PrivateKey? key)) throw new FormatException("secretKey is not a private key");
        bool protect = !json.TryGetProperty("protected", out JsonElement wish) || wish.GetBoolean();
        using (key) return Ecdsa.Sign(tx.Type == TxType.Legacy && protect ? tx with { ChainId = chainId } : tx, key);
    }

    private static JsonElement? Optional(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement found) && found.ValueKind != JsonValueKind.Null ? found : null;
}
