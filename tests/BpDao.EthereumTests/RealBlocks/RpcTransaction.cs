using System.Text.Json;
using BpDao.Core;

namespace BpDao.EthereumTests.RealBlocks;

/// <summary>A transaction as <c>eth_getBlockByNumber</c> shows it.</summary>
internal static class RpcTransaction
{
    public static (Transaction Transaction, Hash256 Hash, Address Sender) Read(JsonElement json)
    {
        TxType type = json.TryGetProperty("type", out _) ? (TxType)Long(json, "type") : TxType.Legacy;
        bool isDynamic = type >= TxType.DynamicFee;
        ulong v = Long(json, "v");
        Transaction tx = new()
        {
            Type = type,
            ChainId = type != TxType.Legacy ? Long(json, "chainId") : v >= 35 ? (v - 35) / 2 : null,
            Nonce = Long(json, "nonce"),
            GasLimit = Long(json, "gas"),
            MaxFeePerGas = Word(json, isDynamic ? "maxFeePerGas" : "gasPrice"),
            MaxPriorityFeePerGas = Word(json, isDynamic ? "maxPriorityFeePerGas" : "gasPrice"),
            To = json.TryGetProperty("to", out JsonElement to) && to.GetString() is { } address ? Address.Parse(address) : null,
            Value = Word(json, "value"),
            Data = Hex.Decode(json.GetProperty("input").GetString()!),
            AccessList = json.TryGetProperty("accessList", out JsonElement list) && list.ValueKind == JsonValueKind.Array ? ReadAccessList(list) : [],
            MaxFeePerBlobGas = type == TxType.Blob ? Word(json, "maxFeePerBlobGas") : UInt256.Zero,
            BlobVersionedHashes = type == TxType.Blob
                ? [.. json.GetProperty("blobVersionedHashes").EnumerateArray().Select(h => Hash256.Parse(h.GetString()!))]
                : [],
            Signature = new TxSignature((byte)(type != TxType.Legacy ? v : v >= 35 ? (v - 35) & 1 : v - 27), Word(json, "r"), Word(json, "s")),
        };
        return (tx, Hash256.Parse(json.GetProperty("hash").GetString()!), Address.Parse(json.GetProperty("from").GetString()!));
    }

    public static UInt256 Word(JsonElement json, string name) => UInt256.Parse(json.GetProperty(name).GetString()!);

    public static ulong Long(JsonElement json, string name) => (ulong)Word(json, name);

    private static AccessListEntry[] ReadAccessList(JsonElement list) =>
    [
        .. list.EnumerateArray().Select(entry => new AccessListEntry(
            Address.Parse(entry.GetProperty("address").GetString()!),
            [.. entry.GetProperty("storageKeys").EnumerateArray().Select(k => UInt256.Parse(k.GetString()!))])),
    ];
}
