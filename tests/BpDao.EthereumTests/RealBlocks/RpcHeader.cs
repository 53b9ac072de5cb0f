using System.Globalization;
using System.Text.Json;
using BpDao.Core;

namespace BpDao.EthereumTests.RealBlocks;

/// <summary>A header as <c>eth_getBlockByNumber</c> shows it.</summary>
internal static class RpcHeader
{
    public static BlockHeader Read(JsonElement block) => new()
    {
        ParentHash = Hash(block, "parentHash")!.Value,
        OmmersHash = Hash(block, "sha3Uncles")!.Value,
        Beneficiary = Address.Parse(block.GetProperty("miner").GetString()!),
        StateRoot = Hash(block, "stateRoot")!.Value,
        TransactionsRoot = Hash(block, "transactionsRoot")!.Value,
        ReceiptsRoot = Hash(block, "receiptsRoot")!.Value,
        LogsBloom = new Bloom(Hex.Decode(block.GetProperty("logsBloom").GetString()!)),
        Difficulty = RpcTransaction.Word(block, "difficulty"),
        Number = RpcTransaction.Long(block, "number"),
        GasLimit = RpcTransaction.Long(block, "gasLimit"),
        GasUsed = RpcTransaction.Long(block, "gasUsed"),
        Timestamp = RpcTransaction.Long(block, "timestamp"),
        ExtraData = Hex.Decode(block.GetProperty("extraData").GetString()!),
        MixHash = Hash(block, "mixHash")!.Value,
        Nonce = ulong.Parse(block.GetProperty("nonce").GetString()![2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        BaseFeePerGas = Has(block, "baseFeePerGas") ? RpcTransaction.Word(block, "baseFeePerGas") : null,
        WithdrawalsRoot = Hash(block, "withdrawalsRoot"),
        BlobGasUsed = Has(block, "blobGasUsed") ? RpcTransaction.Long(block, "blobGasUsed") : null,
        ExcessBlobGas = Has(block, "excessBlobGas") ? RpcTransaction.Long(block, "excessBlobGas") : null,
        ParentBeaconBlockRoot = Hash(block, "parentBeaconBlockRoot"),
        RequestsHash = Hash(block, "requestsHash"),
    };

    private static bool Has(JsonElement block, string name) => block.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    private static Hash256? Hash(JsonElement block, string name) => Has(block, name) ? Hash256.Parse(block.GetProperty(name).GetString()!) : null;
}
