using System.IO.Compression;
using System.Text.Json;
using BpDao.Core;
using BpDao.Testing;
using Xunit;

namespace BpDao.Specs.Tests;

/// <summary>The tables of EIP-2124 and EIP-6122 on the chainspecs of the networks they are about.</summary>
public sealed class ForkIdTests
{
    private const string Vectors = "p2p.zip", Networks = "real-mainnet.zip", WithoutTimes = "mainnet-blocks-only-no-timestamp-forks";

    private static readonly Dictionary<string, Hash256> Genesis = new()
    {
        ["mainnet"] = Hash256.Parse("0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3"),
        ["sepolia"] = Hash256.Parse("0x25a5cc106eea7138acab33231d7160d69cb777ee0c2c553fcddf5138993e6dd9"),
        ["holesky"] = Hash256.Parse("0xb5f7f912443c940f21fd611f12828d75b534364ed9e95ca4e307729a4661bde4"),
        ["hoodi"] = Hash256.Parse("0xbbe312868b376a3001692a646dd2d7d1e4406380dfd86b98aa8a34d1557c971b"),
    };

    [FixtureFact(Vectors, Networks)]
    public void Every_published_fork_id_follows_from_the_chainspec()
    {
        using JsonDocument vectors = Fixtures.ReadJson(Vectors, "forkid-vectors.json");
        int checkedRows = 0;
        foreach (JsonProperty network in vectors.RootElement.GetProperty("creation").EnumerateObject())
        {
            ForkHistory forks = Read(network.Name).ToForkHistory(Genesis[network.Name]);
            foreach (JsonElement row in network.Value.EnumerateArray())
            {
                ForkId id = forks.At(row.GetProperty("head").GetUInt64(), row.GetProperty("time").GetUInt64());
                Assert.True(id == Id(row), $"{network.Name} {row}: {id}");
                checkedRows++;
            }
        }

        Assert.Equal(64, checkedRows);
    }

    [FixtureFact(Vectors, Networks)]
    public void Every_published_verdict_is_ours()
    {
        using JsonDocument vectors = Fixtures.ReadJson(Vectors, "forkid-vectors.json");
        ChainSpec mainnet = Read("mainnet");
        ForkHistory all = mainnet.ToForkHistory(Genesis["mainnet"]);
        ForkHistory blocks = (mainnet with
        {
            Forks = mainnet.Forks with { Activations = [.. mainnet.Forks.Activations.Where(a => a.Timestamp is null)] },
        }).ToForkHistory(Genesis["mainnet"]);
        int checkedRows = 0;
        foreach (JsonElement row in vectors.RootElement.GetProperty("validation").EnumerateArray())
        {
            ForkIdVerdict expected = row.GetProperty("expected").GetString() switch
            {
                "accept" => ForkIdVerdict.Compatible,
                "remote_stale" => ForkIdVerdict.RemoteIsStale,
                "local_incompatible_or_stale" => ForkIdVerdict.LocalIsStaleOrOther,
                string other => throw new InvalidDataException(other),
                null => throw new InvalidDataException(),
            };
            ForkHistory local = row.GetProperty("config").GetString() == WithoutTimes ? blocks : all;
            ForkIdVerdict verdict = local.Judge(row.GetProperty("head").GetUInt64(), row.GetProperty("time").GetUInt64(), Id(row.GetProperty("remote")));
            Assert.True(verdict == expected, $"{row}: {verdict}");
            checkedRows++;
        }

        Assert.Equal(37, checkedRows);
    }

    [FixtureFact(Vectors)]
    public void Encodings_are_the_published_ones()
    {
        using JsonDocument vectors = Fixtures.ReadJson(Vectors, "forkid-vectors.json");
        foreach (JsonElement row in vectors.RootElement.GetProperty("encoding").EnumerateArray())
        {
            RlpWriter writer = new();
            Id(row).Write(writer);
            Assert.Equal(row.GetProperty("rlp").GetString(), Hex.Encode(writer.WrittenSpan));
            RlpReader reader = new(writer.WrittenSpan);
            Assert.True(ForkId.TryRead(ref reader, out ForkId read));
            Assert.Equal(Id(row), read);
        }
    }

    [Theory]
    [InlineData("0x")]
    [InlineData("0x80")]
    [InlineData("0xc0")]
    [InlineData("0xc58300000080")] // three bytes of hash
    [InlineData("0xc78400000000820001")] // a leading zero
    [InlineData("0xcf840000000089010000000000000000")] // nine bytes of next
    public void Malformed_fork_ids_are_refused(string rlp)
    {
        RlpReader reader = new(Hex.Decode(rlp));
        Assert.False(ForkId.TryRead(ref reader, out _));
    }

    [Fact]
    public void Forks_that_hold_from_genesis_do_not_count()
    {
        ForkHistory plain = new(Genesis["hoodi"], 1000, [], []);
        ForkHistory old = new(Genesis["hoodi"], 1000, [0, 0], [999, 1000]);
        Assert.Equal(plain.At(5, 2000), old.At(5, 2000));
        Assert.Equal(0ul, old.At(0, 0).Next);
    }

    [Fact]
    public void Nodes_that_differ_only_in_how_far_they_are_accept_each_other()
    {
        ForkHistory forks = new(Genesis["hoodi"], 0, [10, 20, 20, 30], [1_800_000_000, 1_900_000_000]);
        (ulong Block, ulong Time)[] heads = [(0, 0), (10, 5), (25, 9), (40, 1_700_000_000), (50, 1_800_000_000), (60, 2_000_000_000)];
        foreach ((ulong block, ulong time) in heads)
        {
            foreach ((ulong theirBlock, ulong theirTime) in heads)
            {
                Assert.Equal(ForkIdVerdict.Compatible, forks.Judge(block, time, forks.At(theirBlock, theirTime)));
            }
        }
    }

    private static ForkId Id(JsonElement row) =>
        new(Convert.ToUInt32(row.GetProperty("hash").GetString()![2..], 16), row.GetProperty("next").GetUInt64());

    private static ChainSpec Read(string network)
    {
        using ZipArchive zip = Fixtures.Open(Networks);
        using Stream stream = zip.GetEntry($"genesis/{network}.json")!.Open();
        using MemoryStream json = new();
        stream.CopyTo(json);
        Assert.True(ChainSpecFile.TryParse(json.ToArray(), needsGenesisHash: false, out ChainSpec? spec, out string? error), error);
        return spec;
    }
}
