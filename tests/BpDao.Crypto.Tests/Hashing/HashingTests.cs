using System.Text;
using BpDao.Core;
using BpDao.Testing;
using CsCheck;
using Xunit;

namespace BpDao.Crypto.Tests;

public sealed class HashingTests
{
    [Theory]
    [InlineData("", "9c1185a5c5e9fc54612808977ee8f548b2258d31")]
    [InlineData("abc", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc")]
    [InlineData("message digest", "5d0689ef49d2fae572b881b123a85ffa21595f36")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345678901234567890", "9b752e45573d4b39f4dbd3323cab82bf63326bfb")]
    public void Ripemd160_hashes_as_its_authors_published(string input, string expected)
    {
        byte[] output = new byte[Ripemd160.Size];
        Ripemd160.Hash(Encoding.ASCII.GetBytes(input), output);
        Assert.Equal(expected, Convert.ToHexStringLower(output));
    }

    [FixtureTheory(PrecompileVectors.Archive)]
    [InlineData("geth/precompiles/blake2F.json")]
    [InlineData("geth/precompiles/fail-blake2f.json")]
    public void Blake2F_agrees_with_the_vectors(string path) => Assert.All(PrecompileVectors.Read(path), vector =>
    {
        byte[] output = new byte[Blake2F.OutputSize];
        Assert.Equal(vector.Expected is not null, Blake2F.TryRun(vector.Input, output));
        if (vector.Expected is not null) Assert.Equal(vector.Expected, output);
    });

    [Fact]
    public void Blake2_rounds_are_the_same_by_words_and_by_vectors()
    {
        if (!Blake2VectorRounds.IsSupported) return;
        Gen.Select(Gen.UInt[0, 25], Gen.ULong.Array[16], Gen.ULong.Array[16]).Sample((rounds, v, m) =>
        {
            ulong[] byWords = [.. v], byVectors = [.. v];
            Blake2ScalarRounds.Run(rounds, byWords, m);
            Blake2VectorRounds.Run(rounds, byVectors, m);
            return byWords.SequenceEqual(byVectors);
        }, iter: 1_000);
    }

    [Fact]
    public void Blake2F_with_twelve_rounds_is_blake2b()
    {
        // BLAKE2b-512 of "abc", RFC 7693 appendix A; its parameter block only touches the first word.
        Span<ulong> h =
        [
            0x6a09e667f3bcc908 ^ 0x01010040, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
            0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
        ];
        Span<ulong> m = stackalloc ulong[16];
        m.Clear();
        m[0] = 0x636261;
        Blake2F.Compress(12, h, m, 3, 0, isFinal: true);
        Assert.Equal(0x0d4d1c983fa580baUL, h[0]);
        Assert.Equal(0x239900d4ed8623b9UL, h[7]);
    }
}
