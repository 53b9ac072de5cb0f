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
            // The file of ECRECOVER has no price: geth does not check it there.
            if (vector.TryGetProperty("Gas", out JsonElement gas) && gas.GetInt64() != 0) Assert.Equal((name, gas.GetInt64()), (name, precompile.GasCost(input)));
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
