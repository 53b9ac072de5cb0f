using System.Security.Cryptography;
using System.Text.Json;
using BpDao.Core;
using BpDao.Testing;
using Xunit;

namespace BpDao.Crypto.Tests;

/// <summary>Edge cases of the curve collected by Project Wycheproof.</summary>
public sealed class WycheproofTests
{
    /// <summary>What stands before x ‖ y in an uncompressed key over the named curve.</summary>
    private const string KeyPrefix = "3056301006072a8648ce3d020106052b8104000a03420004";

    [FixtureTheory(PrecompileVectors.Archive)]
    [OverSecp256k1(Secp256k1Choice.Native)]
    [OverSecp256k1(Secp256k1Choice.Managed)]
    public void A_signature_is_valid_when_its_key_can_be_recovered(Secp256k1Choice choice)
    {
        ISecp256k1 curve = Secp256k1.Create(choice);
        using JsonDocument file = Fixtures.ReadJson(PrecompileVectors.Archive, "wycheproof/ecdsa_secp256k1_sha256_p1363_test.json");
        foreach (JsonElement group in file.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            byte[] key = Hex.Decode(group.GetProperty("publicKey").GetProperty("uncompressed").GetString()!)[1..];
            Assert.All(group.GetProperty("tests").EnumerateArray(), test =>
            {
                Hash256 digest = new(SHA256.HashData(Hex.Decode(test.GetProperty("msg").GetString()!)));
                byte[] signature = Hex.Decode(test.GetProperty("sig").GetString()!);
                Assert.Equal(test.GetProperty("result").GetString() == "valid", Verifies(curve, digest, signature, key));
            });
        }
    }

    [FixtureTheory(PrecompileVectors.Archive)]
    [OverSecp256k1(Secp256k1Choice.Native)]
    [OverSecp256k1(Secp256k1Choice.Managed)]
    public void Shared_secrets_are_the_x_of_the_product(Secp256k1Choice choice)
    {
        ISecp256k1 curve = Secp256k1.Create(choice);
        int valid = 0;
        using JsonDocument file = Fixtures.ReadJson(PrecompileVectors.Archive, "wycheproof/ecdh_secp256k1_test.json");
        Assert.All(file.RootElement.GetProperty("testGroups").EnumerateArray().SelectMany(group => group.GetProperty("tests").EnumerateArray()), test =>
        {
            string key = test.GetProperty("public").GetString()!;
            if (!key.StartsWith(KeyPrefix, StringComparison.Ordinal) || key.Length != KeyPrefix.Length + 128) return;
            byte[] secret = Hex.Decode(test.GetProperty("private").GetString()!.PadLeft(64, '0'))[^32..], x = new byte[32];
            bool expected = test.GetProperty("result").GetString() == "valid";
            Assert.Equal(expected, curve.TryEcdh(secret, Hex.Decode(key[KeyPrefix.Length..]), x));
            if (!expected) return;
            valid++;
            Assert.Equal(test.GetProperty("shared").GetString(), Convert.ToHexStringLower(x));
        });
        Assert.True(valid > 300, $"only {valid} vectors were used");
    }

    private static bool Verifies(ISecp256k1 curve, in Hash256 digest, byte[] signature, byte[] key)
    {
        if (signature.Length != 64) return false;
        UInt256 r = UInt256.FromBigEndian(signature.AsSpan(0, 32)), s = UInt256.FromBigEndian(signature.AsSpan(32));
        Span<byte> recovered = stackalloc byte[64];
        for (byte id = 0; id < 4; id++)
        {
            if (curve.TryRecover(digest, r, s, id, recovered) && recovered.SequenceEqual(key)) return true;
        }

        return false;
    }
}
