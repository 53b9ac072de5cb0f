using System.Text.Json;
using System.Text.Json.Nodes;
using BpDao.Core;
using BpDao.Testing;
using Xunit;

namespace BpDao.Crypto.Tests;

public sealed class KeyStoreFileTests
{
    private const string VeryLight =
        """{"address":"45dea0fb0bba44f4fcf290bba71fd57d7117cbb8","crypto":{"cipher":"aes-128-ctr","ciphertext":"b87781948a1befd247bff51ef4063f716cf6c2d3481163e9a8f42e1f9bb74145","cipherparams":{"iv":"dc4926b48a105133d2f16b96833abf1e"},"kdf":"scrypt","kdfparams":{"dklen":32,"n":2,"p":1,"r":8,"salt":"004244bbdc51cadda545b1cfa43cff9ed2ae88e08c61f1479dbb45410722f8f0"},"mac":"39990c1684557447940d4c69e06b1b82b2aceacb43f284df65c956daf3046b85"},"id":"ce541d8d-c79b-40f8-9f8c-20f59616faba","version":3}""";

    [FixtureTheory("basic.zip")]
    [InlineData("basic.zip", "KeyStoreTests/basic_tests.json")]
    [InlineData("precompiles-crypto.zip", "keystore/v3_test_vector.json")]
    [InlineData("precompiles-crypto.zip", "keystore/v1_test_vector.json")]
    public void Opens_the_vectors(string archive, string path)
    {
        using JsonDocument vectors = Fixtures.ReadJson(archive, path);
        Assert.All(vectors.RootElement.EnumerateObject(), vector =>
        {
            string json = vector.Value.GetProperty("json").GetRawText(), password = vector.Value.GetProperty("password").GetString()!;
            string expected = vector.Value.GetProperty("priv").GetString()!.PadLeft(64, '0');
            Assert.True(KeyStoreFile.TryDecrypt(json, password, out PrivateKey? key, out KeyStoreError error), $"{vector.Name}: {error}");
            Assert.Equal(expected, Convert.ToHexStringLower(key.Bytes));
        });
    }

    [Fact]
    public void Opens_a_file_without_password_and_finds_the_address_it_names()
    {
        Assert.True(KeyStoreFile.TryDecrypt(VeryLight, "", out PrivateKey? key, out _));
        Assert.True(KeyStoreFile.TryReadAddress(VeryLight, out Address claimed));
        Assert.Equal(claimed, key.Address);
    }

    [Fact]
    public void New_files_have_the_standard_cost()
    {
        using PrivateKey key = PrivateKey.Generate();
        JsonNode crypto = JsonNode.Parse(KeyStoreFile.Encrypt(key, "x"))!["crypto"]!;
        Assert.Equal("scrypt", (string)crypto["kdf"]!);
        Assert.Equal(262_144, (int)crypto["kdfparams"]!["n"]!);
        Assert.Equal(8, (int)crypto["kdfparams"]!["r"]!);
        Assert.Equal(1, (int)crypto["kdfparams"]!["p"]!);
    }

    [Fact]
    public void Opens_what_it_wrote_with_the_same_password_only()
    {
        using PrivateKey key = PrivateKey.Generate();
        string json = KeyStoreFile.Encrypt(key, "pässwörd", scryptN: 2);

        Assert.True(KeyStoreFile.TryDecrypt(json, "pässwörd", out PrivateKey? read, out KeyStoreError none));
        Assert.Equal(key.Bytes.ToArray(), read.Bytes.ToArray());
        Assert.Equal(KeyStoreError.None, none);
        Assert.False(KeyStoreFile.TryDecrypt(json, "passwort", out PrivateKey? nothing, out KeyStoreError error));
        Assert.Null(nothing);
        Assert.Equal(KeyStoreError.WrongPassword, error);
        Assert.True(KeyStoreFile.TryReadAddress(json, out Address address));
        Assert.Equal(key.Address, address);
        Assert.DoesNotContain(Convert.ToHexStringLower(key.Bytes), json, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Two_files_of_one_key_share_nothing()
    {
        using PrivateKey key = PrivateKey.Generate();
        JsonNode first = JsonNode.Parse(KeyStoreFile.Encrypt(key, "x", 2))!, second = JsonNode.Parse(KeyStoreFile.Encrypt(key, "x", 2))!;
        Assert.NotEqual((string)first["id"]!, (string)second["id"]!);
        Assert.NotEqual((string)first["crypto"]!["ciphertext"]!, (string)second["crypto"]!["ciphertext"]!);
        Assert.NotEqual((string)first["crypto"]!["kdfparams"]!["salt"]!, (string)second["crypto"]!["kdfparams"]!["salt"]!);
        Assert.NotEqual((string)first["crypto"]!["cipherparams"]!["iv"]!, (string)second["crypto"]!["cipherparams"]!["iv"]!);
    }

    [Theory]
    [InlineData("not json", KeyStoreError.Malformed)]
    [InlineData("[]", KeyStoreError.Malformed)]
    [InlineData("3", KeyStoreError.Malformed)]
    [InlineData("{}", KeyStoreError.Malformed)]
    [InlineData("""{"version":3}""", KeyStoreError.Malformed)]
    [InlineData("""{"version":3,"crypto":7}""", KeyStoreError.Malformed)]
    [InlineData("""{"version":4}""", KeyStoreError.Unsupported)]
    public void Refuses_what_is_no_key_file(string json, KeyStoreError expected)
    {
        Assert.False(KeyStoreFile.TryDecrypt(json, "", out _, out KeyStoreError error));
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("cipher", "\"aes-256-gcm\"", KeyStoreError.Unsupported)]
    [InlineData("cipher", "1", KeyStoreError.Malformed)]
    [InlineData("ciphertext", "\"zz\"", KeyStoreError.Malformed)]
    [InlineData("ciphertext", "\"00\"", KeyStoreError.WrongPassword)]
    [InlineData("cipherparams", "{}", KeyStoreError.Malformed)]
    [InlineData("cipherparams", "{\"iv\":\"00\"}", KeyStoreError.Malformed)]
    [InlineData("mac", "\"00\"", KeyStoreError.WrongPassword)]
    [InlineData("kdf", "\"argon2\"", KeyStoreError.Unsupported)]
    [InlineData("kdfparams", "null", KeyStoreError.Malformed)]
    [InlineData("kdfparams", """{"dklen":16,"n":2,"p":1,"r":8,"salt":"00"}""", KeyStoreError.Unsupported)]
    [InlineData("kdfparams", """{"dklen":32,"n":3,"p":1,"r":8,"salt":"00"}""", KeyStoreError.Malformed)]
    [InlineData("kdfparams", """{"dklen":32,"n":0,"p":1,"r":8,"salt":"00"}""", KeyStoreError.Malformed)]
    [InlineData("kdfparams", """{"dklen":32,"n":2,"p":0,"r":8,"salt":"00"}""", KeyStoreError.Malformed)]
    [InlineData("kdfparams", """{"dklen":32,"n":2,"p":1,"r":-8,"salt":"00"}""", KeyStoreError.Malformed)]
    [InlineData("kdfparams", """{"dklen":32,"n":1073741824,"p":1,"r":8,"salt":"00"}""", KeyStoreError.TooExpensive)]
    [InlineData("kdfparams", """{"dklen":32,"n":1024,"p":1000000,"r":8,"salt":"00"}""", KeyStoreError.TooExpensive)]
    public void Refuses_a_meddled_file(string member, string value, KeyStoreError expected)
    {
        JsonNode file = JsonNode.Parse(VeryLight)!;
        file["crypto"]![member] = JsonNode.Parse(value);
        Assert.False(KeyStoreFile.TryDecrypt(file.ToJsonString(), "", out _, out KeyStoreError error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Refuses_a_file_that_holds_no_private_key()
    {
        // The ciphertext and its mac are consistent, but what comes out is zero.
        byte[] derived = Org.BouncyCastle.Crypto.Generators.SCrypt.Generate([], [1], 2, 8, 1, 32), iv = new byte[16], zero = new byte[32];
        using (AesCtr aes = new(derived.AsSpan(0, 16), iv)) aes.Transform(zero);
        JsonNode file = JsonNode.Parse(VeryLight)!;
        file["crypto"]!["ciphertext"] = Convert.ToHexStringLower(zero);
        file["crypto"]!["cipherparams"]!["iv"] = Convert.ToHexStringLower(iv);
        file["crypto"]!["kdfparams"]!["salt"] = "01";
        file["crypto"]!["mac"] = Keccak256.Hash([.. derived[16..], .. zero]).ToString()[2..];
        Assert.False(KeyStoreFile.TryDecrypt(file.ToJsonString(), "", out _, out KeyStoreError error));
        Assert.Equal(KeyStoreError.Malformed, error);
    }

    [Fact]
    public void Files_are_named_as_other_clients_name_them() => Assert.Equal(
        "UTC--2026-11-22T16-05-09.120000000Z--0000000000000000000000000000000000b0da01",
        KeyStoreFile.NameOf(Address.FromNumber(0xb0da01), new DateTimeOffset(2026, 11, 22, 18, 5, 9, 120, TimeSpan.FromHours(2))));
}
