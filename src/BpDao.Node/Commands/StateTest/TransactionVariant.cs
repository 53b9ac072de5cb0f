using System.Text.Json;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Node.Commands.Conformance;

namespace BpDao.Node.Commands.StateTest;

/// <summary>Which data, gas limit and value of a test's transaction a case takes.</summary>
internal readonly record struct TransactionVariant(int Data, int Gas, int Value)
{
    public static TransactionVariant Read(JsonElement indexes) => new(
        indexes.GetProperty("data").GetInt32(), indexes.GetProperty("gas").GetInt32(), indexes.GetProperty("value").GetInt32());

    public override string ToString() => FormattableString.Invariant($"d{Data}g{Gas}v{Value}");

    /// <summary>The transaction without a signature; null when a field does not fit its type.</summary>
    public Transaction? ReadTransaction(JsonElement json, ulong chainId)
    {
        if (!TestNumbers.TryWord(json.GetProperty("nonce"), out UInt256 nonce) || !nonce.IsUInt64
            || !TestNumbers.TryWord(json.GetProperty("gasLimit")[Gas], out UInt256 gas) || !gas.IsUInt64
            || !TestNumbers.TryWord(json.GetProperty("value")[Value], out UInt256 value))
        {
            return null;
        }

        bool isDynamic = json.TryGetProperty("maxFeePerGas", out JsonElement maxFee);
        UInt256 price = TestNumbers.Word(isDynamic ? maxFee : json.GetProperty("gasPrice"));
        string to = json.GetProperty("to").GetString() ?? "";
        return new Transaction
        {
            Type = TypeOf(json, isDynamic),
            ChainId = isDynamic || HasAccessList(json) ? chainId : null,
            Nonce = nonce.L0,
            MaxFeePerGas = price,
            MaxPriorityFeePerGas = isDynamic ? TestNumbers.Word(json.GetProperty("maxPriorityFeePerGas")) : price,
            GasLimit = gas.L0,
            To = to.Length == 0 ? null : Address.Parse(to),
            Value = value,
            Data = TestNumbers.Bytes(json.GetProperty("data")[Data]),
            AccessList = HasAccessList(json) ? TestTransactionParts.AccessList(json.GetProperty("accessLists")[Data]) : [],
            MaxFeePerBlobGas = json.TryGetProperty("maxFeePerBlobGas", out JsonElement blobFee) ? TestNumbers.Word(blobFee) : UInt256.Zero,
            BlobVersionedHashes = json.TryGetProperty("blobVersionedHashes", out JsonElement blobs)
                ? [.. blobs.EnumerateArray().Select(TestNumbers.Hash)]
                : [],
            AuthorizationList = json.TryGetProperty("authorizationList", out JsonElement authorizations)
                ? [.. authorizations.EnumerateArray().Select(TestTransactionParts.Authorization)]
                : [],
            Sender = ReadSender(json),
        };
    }

    private static TxType TypeOf(JsonElement json, bool isDynamic) =>
        json.TryGetProperty("authorizationList", out _) ? TxType.SetCode
        : json.TryGetProperty("maxFeePerBlobGas", out _) || json.TryGetProperty("blobVersionedHashes", out _) ? TxType.Blob
        : isDynamic ? TxType.DynamicFee
        : json.TryGetProperty("accessLists", out _) ? TxType.AccessList
        : TxType.Legacy;

    private bool HasAccessList(JsonElement json) =>
        json.TryGetProperty("accessLists", out JsonElement lists) && Data < lists.GetArrayLength() && lists[Data].ValueKind == JsonValueKind.Array;

    /// <summary>Newer tests name the sender; all have its key.</summary>
    private static Address ReadSender(JsonElement json)
    {
        if (json.TryGetProperty("sender", out JsonElement sender)) return TestNumbers.Address(sender);
        byte[] bytes = TestNumbers.Word(json.GetProperty("secretKey")).ToBigEndian();
        if (!PrivateKey.TryCreate(bytes, out PrivateKey? key)) throw new FormatException("the secretKey is not a private key");
        using (key) return key.Address;
    }
}
