using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BpDao.Blockchain;
using BpDao.Core;
using BpDao.Specs;
using BpDao.Testing;
using Xunit;

namespace BpDao.EthereumTests.Genesis;

/// <summary>geth's genesis.json as a network, and back, on the files of real networks and of the official suites.</summary>
public sealed class GethGenesisTests
{
    private const string Real = "real-mainnet.zip", Rpc = "rpc-execution-apis.zip", Peers = "p2p.zip", Basic = "basic.zip", Other = "rpc-other.zip";

    [FixtureTheory(Real)]
    [InlineData("mainnet", 1, "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3")]
    [InlineData("sepolia", 11155111, "0x25a5cc106eea7138acab33231d7160d69cb777ee0c2c553fcddf5138993e6dd9")]
    [InlineData("holesky", 17000, "0xb5f7f912443c940f21fd611f12828d75b534364ed9e95ca4e307729a4661bde4")]
    [InlineData("hoodi", 560048, "0xbbe312868b376a3001692a646dd2d7d1e4406380dfd86b98aa8a34d1557c971b")]
    public void Real_networks_have_their_genesis_hash_both_ways(string name, ulong chainId, string hash)
    {
        ChainSpec spec = Parse(Read(Real, $"genesis/{name}.json"));
        Assert.Equal((name, chainId), (spec.Name, spec.ChainId));
        Assert.Equal(Hash256.Parse(hash), HashOf(spec));
        AssertSurvives(spec);
    }

    [FixtureFact(Real)]
    public void Mainnet_has_all_its_forks()
    {
        ChainSpec spec = Parse(Read(Real, "genesis/mainnet.json"));
        Assert.Equal(1_920_000ul, spec.Forks.DaoBlock);
        Assert.Equal(UInt256.Parse("58750000000000000000000"), spec.Forks.TerminalTotalDifficulty);
        (ulong Block, ulong Time, Fork Fork)[] steps =
        [
            (1_149_999, 0, Fork.Frontier), (1_150_000, 0, Fork.Homestead), (1_920_000, 0, Fork.Dao), (2_463_000, 0, Fork.TangerineWhistle),
            (2_675_000, 0, Fork.SpuriousDragon), (4_370_000, 0, Fork.Byzantium), (7_280_000, 0, Fork.Petersburg), (9_069_000, 0, Fork.Istanbul),
            (9_200_000, 0, Fork.MuirGlacier), (12_244_000, 0, Fork.Berlin), (12_965_000, 0, Fork.London), (13_773_000, 0, Fork.ArrowGlacier),
            (15_050_000, 0, Fork.GrayGlacier), (17_034_870, 1_681_338_455, Fork.Shanghai), (19_426_587, 1_710_338_135, Fork.Cancun),
            (22_431_084, 1_746_612_311, Fork.Prague), (23_935_694, 1_764_798_551, Fork.Osaka), (24_000_000, 1_765_290_071, Fork.Bpo1),
            (24_200_000, 1_767_747_671, Fork.Bpo2),
        ];
        Assert.All(steps, step => Assert.Equal(step.Fork, spec.Forks.At(step.Block, step.Time)));
    }

    [FixtureTheory(Rpc)]
    [InlineData(Rpc, "tests/genesis.json", "tests/chain.rlp")]
    [InlineData(Peers, "ethtest-chain/genesis.json", "ethtest-chain/chain.rlp")]
    [InlineData(Peers, "hive-devp2p-chain/genesis.json", "hive-devp2p-chain/fullchain.rlp")]
    public void Chains_of_the_suites_stand_on_their_genesis(string archive, string path, string chain)
    {
        ChainSpec spec = Parse(Read(archive, path));
        Assert.Equal(FirstBlock(Read(archive, chain)).ParentHash, HashOf(spec));
        AssertSurvives(spec);
    }

    [FixtureFact(Basic)]
    public void Official_genesis_tests()
    {
        using JsonDocument tests = Fixtures.ReadJson(Basic, "GenesisTests/basic_genesis_tests.json");
        foreach (JsonProperty test in tests.RootElement.EnumerateObject())
        {
            JsonNode file = JsonNode.Parse(test.Value.GetRawText())!;
            file["config"] = JsonNode.Parse("""{ "chainId": 1 }""");
            ChainSpec spec = Parse(Encoding.UTF8.GetBytes(file.ToJsonString()));
            Assert.True(GenesisBlock.TryCreate(spec, out GenesisBlock? genesis, out string? error), error);
            Assert.Equal((test.Name, test.Value.GetProperty("result").GetString()), (test.Name, Hex.Encode(BlockCodec.Encode(genesis.Block))[2..]));
        }
    }

    [FixtureTheory(Other)]
    [InlineData("besu/api/testing_buildBlockV1/chain-data/genesis.json", "config.amsterdamTime: this program knows no such fork")]
    [InlineData("besu/api/debug-geth/chain-data/genesis.json", "config.bpo3Time: this program knows no such fork")]
    [InlineData("besu/api/trace/chain-data/genesis.json", "config.ethash.fixeddifficulty: unknown key")]
    [InlineData("besu/acceptance/engine/prague/genesis.json", "config.withdrawalRequestContractAddress: 0x00a3ca265ebcb825b45f985a16cefb49958ce017 is not the contract of its EIP")]
    public void What_no_rule_here_answers_to_is_refused_with_its_place(string path, string expected)
    {
        Assert.False(ChainSpecFile.TryParse(Read(Other, path), needsGenesisHash: true, out _, out string? error));
        Assert.StartsWith(expected, error);
    }

    /// <summary>As a chainspec and as geth's file the network keeps its meaning.</summary>
    private static void AssertSurvives(ChainSpec spec)
    {
        ChainSpec named = spec with { GenesisHash = HashOf(spec) };
        ChainSpec throughOurs = Parse(ChainSpecFile.Format(named));
        Assert.True(ChainSpecFile.TryFormatGeth(throughOurs, out byte[]? geth, out string? error), error);
        ChainSpec throughGeth = Parse(geth);
        foreach (ChainSpec copy in (ChainSpec[])[throughOurs, throughGeth])
        {
            Assert.Equal(HashOf(spec), HashOf(copy));
            Assert.Equal((spec.ChainId, spec.NetworkId, spec.DepositContract), (copy.ChainId, copy.NetworkId, copy.DepositContract));
            Assert.Equal((spec.Forks.TerminalTotalDifficulty, spec.Forks.MergeNetsplitBlock, spec.Forks.DaoBlock),
                (copy.Forks.TerminalTotalDifficulty, copy.Forks.MergeNetsplitBlock, copy.Forks.DaoBlock));
            foreach (ForkActivation step in spec.Forks.Activations.Concat(copy.Forks.Activations))
            {
                ulong block = step.Timestamp is null ? step.Block : ulong.MaxValue, time = step.Timestamp ?? 0;
                Assert.Equal(spec.Forks.At(block, time), copy.Forks.At(block, time));
                if (step.Block > 0) Assert.Equal(spec.Forks.At(block - 1, time), copy.Forks.At(block - 1, time));
                if (time > 0) Assert.Equal(spec.Forks.At(block, time - 1), copy.Forks.At(block, time - 1));
            }

            foreach (Fork fork in Enum.GetValues<Fork>()) Assert.Equal(BlobSchedules.Of(fork, spec.BlobSchedules), BlobSchedules.Of(fork, copy.BlobSchedules));
        }

        Assert.Equal(geth, ChainSpecFile.TryFormatGeth(throughGeth, out byte[]? again, out _) ? again : []);
    }

    private static Hash256 HashOf(ChainSpec spec) =>
        GenesisBlock.TryCreate(spec, out GenesisBlock? genesis, out string? error) ? genesis.Block.Hash : throw new InvalidOperationException(error);

    private static ChainSpec Parse(byte[] json)
    {
        Assert.True(ChainSpecFile.TryParse(json, needsGenesisHash: true, out ChainSpec? spec, out string? error), error);
        return spec;
    }

    private static BlockHeader FirstBlock(byte[] chain)
    {
        RlpReader reader = new(chain);
        return reader.TryReadRaw(out ReadOnlySpan<byte> first) && BlockCodec.TryDecode(first.ToArray(), out Block? block) ? block!.Header : throw new FormatException("no block");
    }

    private static byte[] Read(string archive, string path)
    {
        using ZipArchive zip = Fixtures.Open(archive);
        using Stream stream = (zip.GetEntry(path) ?? throw new FileNotFoundException($"{archive} has no {path}.")).Open();
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
