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
    [InlineData("ecRecover", 0x01, Fork.Osaka)]
    [InlineData("modexp", 0x05, Fork.Byzantium)]
    [InlineData("modexp_eip2565", 0x05, Fork.Berlin)]
    [InlineData("modexp_eip7883", 0x05, Fork.Osaka)]
    [InlineData("blake2F", 0x09, Fork.Osaka)]
    [InlineData("p256Verify", 0x100, Fork.Osaka)]
    public void Answers_and_costs_what_the_vectors_say(string file, uint number, Fork fork)
    {
        Precompile precompile = Table.Of(fork).Find(Address.FromNumber(number))!;
        using JsonDocument vectors = Fixtures.ReadJson(Archive, $"geth/precompiles/{file}.json");
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

    [FixtureFact(Archive)]
    public void Refuses_malformed_input_of_blake2f()
    {
        Precompile blake = Table.Of(Fork.Osaka).Find(Address.FromNumber(9))!;
        using JsonDocument vectors = Fixtures.ReadJson(Archive, "geth/precompiles/fail-blake2f.json");
        foreach (JsonElement vector in vectors.RootElement.EnumerateArray())
        {
            Assert.False(blake.TryRun(Hex.Decode(vector.GetProperty("Input").GetString()!), new PinnedBuffer()), vector.GetProperty("Name").GetString());
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
