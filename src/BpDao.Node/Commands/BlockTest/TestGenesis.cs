using System.Text.Json;
using BpDao.Core;
using BpDao.Node.Commands.Conformance;
using BpDao.Specs;

namespace BpDao.Node.Commands.BlockTest;

/// <summary>Reads what a block test says of its genesis block as a chainspec that names the block's hash, so that making the block checks
/// every field of it.</summary>
internal static class TestGenesis
{
    public static ChainSpec Read(JsonElement test, TestNetwork network)
    {
        JsonElement header = test.GetProperty("genesisBlockHeader");
        return new ChainSpec
        {
            Name = "test",
            ChainId = network.ChainId,
            NetworkId = network.ChainId,
            Forks = network.Schedule,
            SealEngineType = "ethash",
            EngineParameters = default,
            GenesisHash = TestNumbers.Hash(header.GetProperty("hash")),
            Genesis = new GenesisSpec
            {
                Timestamp = TestNumbers.Long(header.GetProperty("timestamp")),
                GasLimit = TestNumbers.Long(header.GetProperty("gasLimit")),
                Difficulty = TestNumbers.Word(header.GetProperty("difficulty")),
                Nonce = TestNumbers.Long(header.GetProperty("nonce")),
                MixHash = TestNumbers.Hash(header.GetProperty("mixHash")),
                Beneficiary = TestNumbers.Address(header.GetProperty("coinbase")),
                ExtraData = TestNumbers.Bytes(header.GetProperty("extraData")),
                BaseFeePerGas = Optional(header, "baseFeePerGas", TestNumbers.Word),
                BlobGasUsed = Optional(header, "blobGasUsed", TestNumbers.Long),
                ExcessBlobGas = Optional(header, "excessBlobGas", TestNumbers.Long),
                ParentBeaconBlockRoot = Optional(header, "parentBeaconBlockRoot", TestNumbers.Hash),
                Alloc = TestAccount.ReadAll(test.GetProperty("pre")).ToDictionary(
                    a => a.Key, a => new GenesisAccount(a.Value.Balance, a.Value.Nonce, a.Value.Code, a.Value.Storage)),
            },
        };
    }

    private static T? Optional<T>(JsonElement header, string key, Func<JsonElement, T> read)
        where T : struct => header.TryGetProperty(key, out JsonElement value) ? read(value) : null;
}
