using System.Text.Json;
using BpDao.Testing;
using Xunit;

namespace BpDao.Core.Tests;

/// <summary>The vectors of two-operand instructions; x is the top of the stack.</summary>
public sealed class ArithmeticVectorTests
{
    [FixtureTheory("precompiles-crypto.zip")]
    [InlineData("add")]
    [InlineData("and")]
    [InlineData("byte")]
    [InlineData("div")]
    [InlineData("eq")]
    [InlineData("exp")]
    [InlineData("gt")]
    [InlineData("lt")]
    [InlineData("mod")]
    [InlineData("mul")]
    [InlineData("or")]
    [InlineData("sar")]
    [InlineData("sdiv")]
    [InlineData("sgt")]
    [InlineData("shl")]
    [InlineData("shr")]
    [InlineData("signext")]
    [InlineData("slt")]
    [InlineData("smod")]
    [InlineData("sub")]
    [InlineData("xor")]
    public void Agrees_with_the_vectors(string operation)
    {
        using JsonDocument vectors = Fixtures.ReadJson("precompiles-crypto.zip", $"geth/vm-arith/testcases_{operation}.json");
        Assert.NotEqual(0, vectors.RootElement.GetArrayLength());
        foreach (JsonElement vector in vectors.RootElement.EnumerateArray())
        {
            UInt256 below = Word(vector, "X"), top = Word(vector, "Y");
            Assert.True(Word(vector, "Expected") == Compute(operation, top, below), vector.ToString());
        }
    }

    private static UInt256 Word(JsonElement vector, string name) => UInt256.Parse("0x" + vector.GetProperty(name).GetString());

    private static UInt256 Compute(string operation, UInt256 x, UInt256 y) => operation switch
    {
        "add" => x + y,
        "and" => x & y,
        "byte" => UInt256.Byte(y, x),
        "div" => x / y,
        "eq" => Bit(x == y),
        "exp" => UInt256.Exp(x, y),
        "gt" => Bit(x > y),
        "lt" => Bit(x < y),
        "mod" => x % y,
        "mul" => x * y,
        "or" => x | y,
        "sar" => Int256.ShiftRight(y, x),
        "sdiv" => Int256.Divide(x, y),
        "sgt" => Bit(Int256.LessThan(y, x)),
        "shl" => y << x,
        "shr" => y >> x,
        "signext" => Int256.SignExtend(x, y),
        "slt" => Bit(Int256.LessThan(x, y)),
        "smod" => Int256.Modulo(x, y),
        "sub" => x - y,
        "xor" => x ^ y,
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    private static UInt256 Bit(bool value) => value ? UInt256.One : UInt256.Zero;
}
