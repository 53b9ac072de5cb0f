using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using BpDao.Core;
using BpDao.Evm.Precompiles;
using BpDao.Testing;
using Xunit;

namespace BpDao.Evm.Tests.Precompiles;

/// <summary>The point evaluation by the reference vectors of the proofs it checks.</summary>
public sealed class PointEvaluationTests
{
    private const string Archive = "kzg.zip";
    private const string Answer =
        "0x000000000000000000000000000000000000000000000000000000000000100073eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";

    private static readonly PointEvaluation Precompile = new();

    /// <summary>A proof of a constant polynomial: the only one that needs no secret.</summary>
    private static byte[] ZeroPolynomial()
    {
        byte[] infinity = new byte[48];
        infinity[0] = 0xc0;
        return Input(infinity, new byte[32], new byte[32], infinity);
    }

    private static byte[] Input(byte[] commitment, byte[] z, byte[] y, byte[] proof)
    {
        byte[] hash = SHA256.HashData(commitment);
        hash[0] = 1;
        return [.. hash, .. z, .. y, .. commitment, .. proof];
    }

    [FixtureFact(Archive)]
    public void Accepts_the_proofs_that_the_reference_accepts_and_no_others()
    {
        int accepted = 0, refused = 0;
        using ZipArchive zip = Fixtures.Open(Archive);
        foreach (ZipArchiveEntry entry in zip.Entries.Where(e => e.FullName.StartsWith("verify_kzg_proof/", StringComparison.Ordinal)))
        {
            using Stream stream = entry.Open();
            using JsonDocument vector = JsonDocument.Parse(stream);
            JsonElement output = vector.RootElement.GetProperty("output"); // null: malformed
            bool expected = output.ValueKind == JsonValueKind.True;
            byte[] Field(string name) => Hex.Decode(vector.RootElement.GetProperty("input").GetProperty(name).GetString()!);

            PinnedBuffer answer = new();
            bool valid = Precompile.TryRun(Input(Field("commitment"), Field("z"), Field("y"), Field("proof")), answer);
            Assert.Equal((entry.Name, expected), (entry.Name, valid));
            if (expected) Assert.Equal(Answer, Hex.Encode(answer.Written));
            if (expected) accepted++;
            else refused++;
        }

        Assert.True(accepted >= 40 && refused >= 40, $"{accepted} accepted, {refused} refused");
    }

    [Fact]
    public void Wants_the_hash_of_the_commitment_with_its_version()
    {
        byte[] input = ZeroPolynomial();
        Assert.True(Precompile.TryRun(input, new PinnedBuffer()));
        for (int i = 0; i < 32; i++)
        {
            byte[] bent = [.. input];
            bent[i] ^= 1;
            Assert.False(Precompile.TryRun(bent, new PinnedBuffer()), $"byte {i}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(191)]
    [InlineData(193)]
    public void Wants_192_bytes(int length)
    {
        byte[] input = ZeroPolynomial();
        Array.Resize(ref input, length);
        Assert.False(Precompile.TryRun(input, new PinnedBuffer()));
        Assert.Equal(50_000, Precompile.GasCost(input));
    }
}
