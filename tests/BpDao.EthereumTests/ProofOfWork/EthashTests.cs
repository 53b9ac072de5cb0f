using System.Diagnostics;
using System.Text.Json;
using BpDao.Consensus;
using BpDao.Consensus.Ethash.Proof;
using BpDao.Core;
using BpDao.Testing;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.EthereumTests.ProofOfWork;

/// <summary>The official vectors of Ethash, and what becomes of a header that is bent a little.</summary>
public sealed class EthashTests(ITestOutputHelper output)
{
    private const string Archive = "basic.zip";

    [FixtureTheory(Archive)]
    [InlineData("first")]
    [InlineData("second")]
    public void Cache_and_work_are_those_of_the_vectors(string name)
    {
        using JsonDocument file = Fixtures.ReadJson(Archive, "PoWTests/ethash_tests.json");
        JsonElement vector = file.RootElement.GetProperty(name);
        BlockHeader header = HeaderOf(vector);
        EpochParameters parameters = EpochParameters.Of(header.Number / EpochParameters.Length)!.Value;
        Assert.Equal(vector.GetProperty("cache_size").GetInt64(), (long)parameters.CacheRows * EthashCache.RowBytes);
        Assert.Equal(vector.GetProperty("full_size").GetInt64(), (long)parameters.DatasetRows * Hashimoto.MixBytes);
        Assert.Equal(HashOf(vector, "seed"), EpochParameters.SeedOf(header.Number / EpochParameters.Length));
        Assert.Equal(HashOf(vector, "header_hash"), HeaderCodec.SealHash(header));

        Stopwatch watch = Stopwatch.StartNew();
        EthashCache cache = new(parameters, HashOf(vector, "seed"));
        output.WriteLine($"cache: {watch.ElapsedMilliseconds} ms");
        Assert.Equal(HashOf(vector, "cache_hash"), Keccak256.Hash(cache.Content));
        watch.Restart();
        // The vector's between others: they are computed together and must not mix.
        Work[] works = [new(Hash256.Zero, 1), new(HeaderCodec.SealHash(header), header.Nonce), new(Hash256.Zero, 2)];
        Hashimoto.Compute(cache, works);
        output.WriteLine($"work: {watch.ElapsedMilliseconds} ms");
        Assert.Equal((HashOf(vector, "mixHash"), HashOf(vector, "result")), (works[1].Mix, works[1].Result));
    }

    [FixtureFact(Archive)]
    public void A_seal_holds_for_its_own_header_only()
    {
        using JsonDocument file = Fixtures.ReadJson(Archive, "PoWTests/ethash_tests.json");
        EpochCaches caches = new();
        EthashSeal seal = new(caches);
        // The vectors' headers lack the work for their difficulty; for this one any work is enough.
        BlockHeader header = HeaderOf(file.RootElement.GetProperty("first"));
        Assert.Equal(BlockError.InvalidNonce, seal.Verify(header).Error);
        header = header with { Difficulty = 1 };
        Work work = new(HeaderCodec.SealHash(header), header.Nonce);
        Hashimoto.Compute(caches.Of(0)!, new Span<Work>(ref work));
        header = header with { MixHash = work.Mix };

        Assert.True(seal.Verify(header).IsValid);
        Assert.Equal(BlockError.InvalidMix, seal.Verify(header with { Nonce = header.Nonce + 1 }).Error);
        Assert.Equal(BlockError.InvalidMix, seal.Verify(header with { Timestamp = header.Timestamp + 1 }).Error);
        Assert.Equal(BlockError.InvalidMix, seal.Verify(header with { MixHash = Hash256.Zero }).Error);
        Assert.Equal(BlockError.InvalidDifficulty, seal.Verify(header with { Difficulty = UInt256.Zero }).Error);
        Assert.Equal(BlockError.InvalidNumber, seal.Verify(header with { Number = ulong.MaxValue }).Error);
        // A remembered header is the same header, mix and nonce and all.
        seal.VerifyAhead([header, header with { Nonce = 0 }]);
        Assert.Equal(BlockError.InvalidMix, seal.Verify(header with { Nonce = 0 }).Error);
    }

    [Theory]
    [InlineData(1, "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", true)]
    [InlineData(2, "0x8000000000000000000000000000000000000000000000000000000000000000", true)] // 2²⁵⁶ / 2 exactly
    [InlineData(2, "0x8000000000000000000000000000000000000000000000000000000000000001", false)]
    [InlineData(3, "0x5555555555555555555555555555555555555555555555555555555555555555", true)]
    [InlineData(3, "0x5555555555555555555555555555555555555555555555555555555555555556", false)]
    [InlineData(131072, "0x0000800000000000000000000000000000000000000000000000000000000000", true)]
    [InlineData(131072, "0x0000800000000000000000000000000000000000000000000000000000000001", false)]
    [InlineData(131072, "0x0000000000000000000000000000000000000000000000000000000000000000", true)]
    public void Work_is_enough_up_to_the_whole_quotient(ulong difficulty, string work, bool enough) =>
        Assert.Equal(enough, EthashSeal.Meets(Hash256.Parse(work), difficulty));

    private static BlockHeader HeaderOf(JsonElement vector)
    {
        RlpReader reader = new(Hex.Decode(vector.GetProperty("header").GetString()!));
        Assert.True(HeaderCodec.TryRead(ref reader, out BlockHeader? header));
        return header!;
    }

    private static Hash256 HashOf(JsonElement vector, string key) => Hash256.Parse(vector.GetProperty(key).GetString()!);
}
