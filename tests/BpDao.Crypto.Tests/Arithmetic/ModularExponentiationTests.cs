using BpDao.Core;
using BpDao.Testing;
using CsCheck;
using Xunit;

namespace BpDao.Crypto.Tests;

public sealed class ModularExponentiationTests
{
    private static readonly Gen<byte[]> Numbers = Gen.OneOf(
        Gen.Byte.Array[0, 70], Gen.Const(Array.Empty<byte>()), Gen.Const(new byte[40]), Gen.Byte[0, 2].Select(b => new[] { b }),
        Gen.Byte.Array[0, 20].Select(bytes => (byte[])[.. new byte[5], .. bytes]));

    [Theory]
    [OverModularExponentiation(native: true)]
    [OverModularExponentiation(native: false)]
    public void Small_cases(IModularExponentiation powers)
    {
        Assert.Equal("00", Compute(powers, "02", "03", "00"));
        Assert.Equal("00", Compute(powers, "02", "03", "01"));
        Assert.Equal("", Compute(powers, "02", "03", ""));
        Assert.Equal("03", Compute(powers, "02", "03", "05"));
        Assert.Equal("01", Compute(powers, "", "", "05")); // 0^0 is 1
        Assert.Equal("00", Compute(powers, "", "", "01"));
        Assert.Equal("0000", Compute(powers, "00", "01", "0005"));
        Assert.Equal("0003", Compute(powers, "0002", "000003", "0005"));
    }

    [FixtureTheory(PrecompileVectors.Archive)]
    [OverModularExponentiation(native: true)]
    [OverModularExponentiation(native: false)]
    public void Agrees_with_the_vectors(IModularExponentiation powers)
    {
        // The three files differ in their gas, and in a few cases.
        string[] files = ["modexp", "modexp_eip2565", "modexp_eip7883"];
        Assert.All(files.SelectMany(file => PrecompileVectors.Read($"geth/precompiles/{file}.json")).DistinctBy(v => Hex.Encode(v.Input)), vector =>
        {
            byte[] result = new byte[Length(vector.Input, 64)];
            byte[] numbers = [.. vector.Input[96..], .. new byte[2048]];
            int b = Length(vector.Input, 0), e = Length(vector.Input, 32);
            powers.Compute(numbers.AsSpan(0, b), numbers.AsSpan(b, e), numbers.AsSpan(b + e, result.Length), result);
            Assert.Equal(vector.Expected, result);
        });
    }

    [Theory]
    [OverModularExponentiation(native: true)]
    public void Gmp_and_managed_agree(IModularExponentiation gmp)
    {
        ManagedModularExponentiation managed = new();
        Gen.Select(Numbers, Numbers, Numbers).Sample((b, e, m) =>
        {
            byte[] left = new byte[m.Length], right = Enumerable.Repeat((byte)0xaa, m.Length).ToArray();
            gmp.Compute(b, e, m, left);
            managed.Compute(b, e, m, right);
            return left.AsSpan().SequenceEqual(right);
        }, iter: 2000);
    }

    private static int Length(byte[] input, int at) => (int)(ulong)UInt256.FromBigEndian(input.AsSpan(at, 32));

    private static string Compute(IModularExponentiation powers, string b, string e, string m)
    {
        byte[] modulus = Hex.Decode(m), result = new byte[modulus.Length];
        powers.Compute(Hex.Decode(b), Hex.Decode(e), modulus, result);
        return Convert.ToHexStringLower(result);
    }
}
