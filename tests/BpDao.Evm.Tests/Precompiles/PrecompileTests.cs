using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Evm.Precompiles;
using BpDao.Testing;
using Xunit;

namespace BpDao.Evm.Tests.Precompiles;

/// <summary>Precompiled contracts by vectors with their gas.</summary>
public sealed class PrecompileTests
{
    private const string Archive = "precompiles-crypto.zip";

    private static readonly PrecompileTable Table = new(Secp256k1.Default, ModularExponentiation.Default);

    [FixtureTheory(Archive)]
    [InlineData("geth/precompiles/ecRecover", 0x01, Fork.Osaka)]
    [InlineData("geth/precompiles/modexp", 0x05, Fork.Byzantium)]
    [InlineData("geth/precompiles/modexp_eip2565", 0x05, Fork.Berlin)]
    [InlineData("geth/precompiles/modexp_eip7883", 0x05, Fork.Osaka)]
    [InlineData("geth/precompiles/bn256Add", 0x06, Fork.Istanbul)]
    [InlineData("geth/precompiles/bn256ScalarMul", 0x07, Fork.Istanbul)]
    [InlineData("geth/precompiles/bn256Pairing", 0x08, Fork.Istanbul)]
    [InlineData("geth/precompiles/blake2F", 0x09, Fork.Osaka)]
    [InlineData("geth/precompiles/pointEvaluation", 0x0a, Fork.Cancun)]
    [InlineData("geth/precompiles/blsG1Add", 0x0b, Fork.Prague)]
    [InlineData("geth/precompiles/blsG1Mul", 0x0c, Fork.Prague)]
    [InlineData("geth/precompiles/blsG1MultiExp", 0x0c, Fork.Prague)]
    [InlineData("geth/precompiles/blsG2Add", 0x0d, Fork.Prague)]
    [InlineData("geth/precompiles/blsG2Mul", 0x0e, Fork.Prague)]
    [InlineData("geth/precompiles/blsG2MultiExp", 0x0e, Fork.Prague)]
    [InlineData("geth/precompiles/blsPairing", 0x0f, Fork.Prague)]
    [InlineData("geth/precompiles/blsMapG1", 0x10, Fork.Prague)]
    [InlineData("geth/precompiles/blsMapG2", 0x11, Fork.Prague)]
    [InlineData("eips/eip-2537/add_G1_bls", 0x0b, Fork.Osaka)]
    [InlineData("eips/eip-2537/mul_G1_bls", 0x0c, Fork.Osaka)]
    [InlineData("eips/eip-2537/msm_G1_bls", 0x0c, Fork.Osaka)]
    [InlineData("eips/eip-2537/add_G2_bls", 0x0d, Fork.Osaka)]
    [InlineData("eips/eip-2537/mul_G2_bls", 0x0e, Fork.Osaka)]
    [InlineData("eips/eip-2537/pairing_check_bls", 0x0f, Fork.Osaka)]
    [InlineData("eips/eip-2537/map_fp_to_G1_bls", 0x10, Fork.Osaka)]
    [InlineData("eips/eip-2537/map_fp2_to_G2_bls", 0x11, Fork.Osaka)]
    [InlineData("geth/precompiles/p256Verify", 0x100, Fork.Osaka)]
    [InlineData("eips/eip-7951/test-vectors", 0x100, Fork.Osaka)]
    public void Answers_and_costs_what_the_vectors_say(string file, uint number, Fork fork)
    {
        Precompile precompile = Table.Of(fork).Find(Address.FromNumber(number))!;
        using JsonDocument vectors = Fixtures.ReadJson(Archive, $"{file}.json");
        foreach (JsonElement vector in vectors.RootElement.EnumerateArray())
        {
            string name = vector.GetProperty("Name").GetString()!;
            byte[] input = Hex.Decode(vector.GetProperty("Input").GetString()!);
            PinnedBuffer output = new();
            output.Resize(0);
            Assert.True(precompile.TryRun(input, output), name);
            Assert.Equal((name, "0x" + vector.GetProperty("Expected").GetString()), (name, Hex.Encode(output.Written)));
            // ECRECOVER's file has no price, and EIP-7951's own still has that of RIP-7212, which the EIP doubled.
            if (file != "eips/eip-7951/test-vectors" && vector.TryGetProperty("Gas", out JsonElement gas) && gas.GetInt64() != 0) Assert.Equal((name, gas.GetInt64()), (name, precompile.GasCost(input)));
        }
    }

    [FixtureTheory(Archive)]
    [InlineData("geth/precompiles/fail-blake2f", 0x09)]
    [InlineData("geth/precompiles/fail-blsG1Add", 0x0b)]
    [InlineData("geth/precompiles/fail-blsG1Mul", 0x0c)]
    [InlineData("geth/precompiles/fail-blsG1MultiExp", 0x0c)]
    [InlineData("geth/precompiles/fail-blsG2Add", 0x0d)]
    [InlineData("geth/precompiles/fail-blsG2Mul", 0x0e)]
    [InlineData("geth/precompiles/fail-blsG2MultiExp", 0x0e)]
    [InlineData("geth/precompiles/fail-blsPairing", 0x0f)]
    [InlineData("geth/precompiles/fail-blsMapG1", 0x10)]
    [InlineData("geth/precompiles/fail-blsMapG2", 0x11)]
    [InlineData("eips/eip-2537/fail-add_G1_bls", 0x0b)]
    [InlineData("eips/eip-2537/fail-mul_G1_bls", 0x0c)]
    [InlineData("eips/eip-2537/fail-msm_G1_bls", 0x0c)]
    [InlineData("eips/eip-2537/fail-add_G2_bls", 0x0d)]
    [InlineData("eips/eip-2537/fail-mul_G2_bls", 0x0e)]
    [InlineData("eips/eip-2537/fail-msm_G2_bls", 0x0e)]
    [InlineData("eips/eip-2537/fail-pairing_check_bls", 0x0f)]
    [InlineData("eips/eip-2537/fail-map_fp_to_G1_bls", 0x10)]
    [InlineData("eips/eip-2537/fail-map_fp2_to_G2_bls", 0x11)]
    public void Refuses_malformed_input(string file, uint number)
    {
        Precompile precompile = Table.Of(Fork.Osaka).Find(Address.FromNumber(number))!;
        using JsonDocument vectors = Fixtures.ReadJson(Archive, $"{file}.json");
        foreach (JsonElement vector in vectors.RootElement.EnumerateArray())
        {
            Assert.False(precompile.TryRun(Hex.Decode(vector.GetProperty("Input").GetString()!), new PinnedBuffer()), vector.GetProperty("Name").GetString());
        }
    }

    [FixtureFact(Archive)]
    public void No_file_of_vectors_is_forgotten()
    {
        IEnumerable<string> used = new[] { nameof(Answers_and_costs_what_the_vectors_say), nameof(Refuses_malformed_input) }
            .SelectMany(test => typeof(PrecompileTests).GetMethod(test)!.GetCustomAttributesData())
            .Where(attribute => attribute.AttributeType == typeof(InlineDataAttribute))
            .Select(attribute => ((IReadOnlyList<CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!)[0].Value + ".json");
        using ZipArchive archive = ZipFile.OpenRead(Path.Combine(Fixtures.Folder!, Archive));
        IEnumerable<string> present = archive.Entries.Select(entry => entry.FullName).Where(name =>
            name.EndsWith(".json", StringComparison.Ordinal)
            && (name.StartsWith("geth/precompiles/", StringComparison.Ordinal) || name.StartsWith("eips/", StringComparison.Ordinal)));
        Assert.Equal(present.Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(0x06, Fork.Byzantium, 64, 500)]
    [InlineData(0x06, Fork.Istanbul, 64, 150)]
    [InlineData(0x07, Fork.Byzantium, 96, 40_000)]
    [InlineData(0x07, Fork.Istanbul, 96, 6_000)]
    [InlineData(0x08, Fork.Byzantium, 0, 100_000)]
    [InlineData(0x08, Fork.Byzantium, 384, 260_000)]
    [InlineData(0x08, Fork.Istanbul, 0, 45_000)]
    [InlineData(0x08, Fork.Istanbul, 384, 113_000)]
    public void Curve_operations_became_cheaper_in_Istanbul(uint number, Fork fork, int inputLength, long gas) =>
        Assert.Equal(gas, Table.Of(fork).Find(Address.FromNumber(number))!.GasCost(new byte[inputLength]));

    [Theory]
    [InlineData(0x01, 0, "")]
    [InlineData(0x02, 0, "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(0x03, 0, "0x0000000000000000000000009c1185a5c5e9fc54612808977ee8f548b2258d31")]
    [InlineData(0x04, 0, "")]
    [InlineData(0x05, 0, "")]
    [InlineData(0x06, 64, "")]
    [InlineData(0x07, 64, "")]
    [InlineData(0x08, 0, "0x0000000000000000000000000000000000000000000000000000000000000001")]
    public void Missing_input_is_zeros(uint number, int zeros, string expected)
    {
        PinnedBuffer output = new();
        output.Resize(0);
        Assert.True(Table.Of(Fork.Osaka).Find(Address.FromNumber(number))!.TryRun([], output));
        Assert.Equal(zeros > 0 ? Hex.Encode(new byte[zeros]) : expected.Length == 0 ? "0x" : expected, Hex.Encode(output.Written));
    }

    [Fact]
    public void Digests_do_not_remember_what_came_before()
    {
        Precompile sha256 = Table.Of(Fork.Osaka).Find(Address.FromNumber(2))!;
        PinnedBuffer output = new();
        for (int length = 0; length < 200; length++)
        {
            byte[] input = [.. Enumerable.Range(0, length).Select(i => (byte)(i * length))];
            Assert.True(sha256.TryRun(input, output));
            Assert.Equal(SHA256.HashData(input), output.Written.ToArray());
        }
    }

    [Theory]
    [InlineData(0x04, Fork.Frontier, true)]
    [InlineData(0x05, Fork.Homestead, false)]
    [InlineData(0x05, Fork.Byzantium, true)]
    [InlineData(0x09, Fork.Petersburg, false)]
    [InlineData(0x0a, Fork.Cancun, true)]
    [InlineData(0x11, Fork.Cancun, false)]
    [InlineData(0x11, Fork.Prague, true)]
    [InlineData(0x12, Fork.Osaka, false)]
    [InlineData(0x100, Fork.Prague, false)]
    [InlineData(0x100, Fork.Osaka, true)]
    [InlineData(0x101, Fork.Osaka, false)]
    public void An_address_is_a_contract_from_its_fork_on(uint number, Fork fork, bool present) =>
        Assert.Equal(present, Table.Of(fork).Contains(Address.FromNumber(number)));

    [Fact]
    public void Only_small_numbers_are_addresses_of_contracts() =>
        Assert.False(Table.Of(Fork.Osaka).Contains(Address.Parse("0x0100000000000000000000000000000000000001")));
}
