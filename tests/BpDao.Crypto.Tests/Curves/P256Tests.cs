using System.Security.Cryptography;
using BpDao.Testing;
using Xunit;

namespace BpDao.Crypto.Tests;

public sealed class P256Tests
{
    [FixtureTheory(PrecompileVectors.Archive)]
    [InlineData("geth/precompiles/p256Verify.json")]
    [InlineData("eips/eip-7951/test-vectors.json")]
    public void Agrees_with_the_vectors(string path) => Assert.All(PrecompileVectors.Read(path), vector =>
        Assert.True(P256.Verify(vector.Input) == (vector.Expected is { Length: 32 }), vector.Name));

    [Fact]
    public void Verifies_what_the_platform_signs_and_nothing_else()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] hash = SHA256.HashData([1, 2, 3]);
        ECPoint q = key.ExportParameters(false).Q;
        byte[] input = [.. hash, .. key.SignHash(hash), .. q.X!, .. q.Y!];
        Assert.True(P256.Verify(input));

        for (int i = 0; i < input.Length; i += 7)
        {
            byte[] changed = [.. input];
            changed[i] ^= 1;
            Assert.False(P256.Verify(changed), $"byte {i}");
        }

        Assert.False(P256.Verify(input.AsSpan(0, 159)));
        Assert.False(P256.Verify([.. input, 0]));
        Assert.False(P256.Verify(new byte[160]));
    }
}
