using System.Globalization;
using System.Text.Json;
using BpDao.Consensus;
using BpDao.Consensus.Ethash;
using BpDao.Core;
using BpDao.Evm;
using BpDao.Specs;
using BpDao.State;
using BpDao.Testing.Chains;

namespace BpDao.EthereumTests.Blockchain;

/// <summary>One official blockchain test: a genesis state, blocks good and bad, and what the chain then is.</summary>
internal sealed class BlockchainTestCase(JsonElement test)
{
    /// <summary>Null when the chain is as the test says; else what differs.</summary>
    public string? Run()
    {
        TestNetwork network = TestNetwork.Parse(test.GetProperty("network").GetString()!);
        ChainSpec spec = SpecOf(network);
        using TestChain chain = new(spec, rules: new EthashRules(network, seal: null), specs: network);
        foreach (JsonElement block in test.GetProperty("blocks").EnumerateArray())
        {
            bool expectsFailure = !block.TryGetProperty("blockHeader", out _)
                || block.EnumerateObject().Any(p => p.Name.StartsWith("expectException", StringComparison.Ordinal));
            string? failure = Import(chain, block.GetProperty("rlp").GetString()!);
            if (failure is null == expectsFailure) return expectsFailure ? "accepted a block that must be refused" : $"refused: {failure}";
        }

        string last = test.GetProperty("lastblockhash").GetString()!;
        if (Hash256.Parse(last) != chain.Head.Hash) return $"the head is {chain.Head.Number} {chain.Head.Hash}, not {last}";
        return test.TryGetProperty("postState", out JsonElement post) ? DifferenceTo(chain, post) : null;
    }

    private static string? Import(TestChain chain, string rlp)
    {
        if (!Hex.TryDecode(rlp, out byte[]? bytes) || !BlockCodec.TryDecode(bytes, out Block? block)) return "malformed";
        BlockVerdict verdict = chain.Importer.Commit(block!, default, verifyCertificate: false, CancellationToken.None);
        return verdict.IsValid ? null : verdict.ToString();
    }

    private ChainSpec SpecOf(TestNetwork network)
    {
        JsonElement h = test.GetProperty("genesisBlockHeader");
        string? Text(string key) => h.TryGetProperty(key, out JsonElement value) ? value.GetString() : null;
        ulong? Number(string key) => Text(key) is { } text ? (ulong)Quantity(text) : null;
        return new ChainSpec
        {
            Name = "test",
            ChainId = 1,
            NetworkId = 1,
            Forks = network.Schedule,
            SealEngineType = "test",
            EngineParameters = default,
            GenesisHash = Hash256.Parse(Text("hash")!),
            Genesis = new GenesisSpec
            {
                Timestamp = Number("timestamp")!.Value,
                GasLimit = Number("gasLimit")!.Value,
                Difficulty = Quantity(Text("difficulty")!),
                Nonce = ulong.Parse(Text("nonce")![2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                MixHash = Hash256.Parse(Text("mixHash")!),
                Beneficiary = Address.Parse(Text("coinbase")!),
                ExtraData = Hex.Decode(Text("extraData")!),
                BaseFeePerGas = Text("baseFeePerGas") is { } fee ? Quantity(fee) : null,
                BlobGasUsed = Number("blobGasUsed"),
                ExcessBlobGas = Number("excessBlobGas"),
                ParentBeaconBlockRoot = Text("parentBeaconBlockRoot") is { } root ? Hash256.Parse(root) : null,
                Alloc = test.GetProperty("pre").EnumerateObject().ToDictionary(a => Address.Parse(a.Name), a => AccountOf(a.Value)),
            },
        };
    }

    private static GenesisAccount AccountOf(JsonElement account) => new(
        Quantity(account.GetProperty("balance").GetString()!), (ulong)Quantity(account.GetProperty("nonce").GetString()!),
        Hex.Decode(account.GetProperty("code").GetString()!),
        account.GetProperty("storage").EnumerateObject().ToDictionary(s => Quantity(s.Name), s => Quantity(s.Value.GetString()!)));

    /// <summary>The root tells that something differs; this tells what.</summary>
    private static string? DifferenceTo(TestChain chain, JsonElement post)
    {
        using StateView state = chain.States.OpenView(chain.Head.StateRoot)!;
        foreach (JsonProperty expected in post.EnumerateObject())
        {
            Address address = Address.Parse(expected.Name);
            GenesisAccount wanted = AccountOf(expected.Value);
            if (!state.TryGetAccount(address, out Account account)) return $"{address} is missing";
            if (account.Balance != wanted.Balance) return $"{address} has {account.Balance}, not {wanted.Balance}";
            if (account.Nonce != wanted.Nonce) return $"{address} has nonce {account.Nonce}, not {wanted.Nonce}";
            if (!state.GetCode(account.CodeHash).Span.SequenceEqual(wanted.Code.Span)) return $"{address} has other code";
            foreach ((UInt256 slot, UInt256 value) in wanted.Storage)
            {
                if (state.GetStorage(address, slot) is var found && found != value) return $"{address}[{slot}] is {found}, not {value}";
            }
        }

        return null;
    }

    private static UInt256 Quantity(string text) => text == "0x" ? UInt256.Zero : UInt256.Parse(text);
}
