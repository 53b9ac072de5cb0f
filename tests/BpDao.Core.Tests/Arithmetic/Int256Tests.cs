using System.Numerics;
using CsCheck;
using Xunit;

namespace BpDao.Core.Tests;

public sealed class Int256Tests
{
    private const int Runs = 20_000;

    [Fact]
    public void Divides_towards_zero() => Gen.Select(Words.Any, Words.Any).Sample((a, b) =>
        (BigInteger)Int256.Divide(a, b) == (b.IsZero ? 0 : Words.Wrap(BigInteger.Divide(Words.Signed(a), Words.Signed(b)))), iter: Runs);

    [Fact]
    public void Remainders_take_the_sign_of_the_dividend() => Gen.Select(Words.Any, Words.Any).Sample((a, b) =>
        (BigInteger)Int256.Modulo(a, b) == (b.IsZero ? 0 : Words.Wrap(BigInteger.Remainder(Words.Signed(a), Words.Signed(b)))), iter: Runs);

    [Fact]
    public void Compares_with_signs() => Gen.Select(Words.Any, Words.Any).Sample((a, b) =>
        Int256.LessThan(a, b) == (Words.Signed(a) < Words.Signed(b)) && Int256.IsNegative(a) == (Words.Signed(a) < 0)
        && (BigInteger)Int256.Abs(a) == BigInteger.Abs(Words.Signed(a)) && Int256.ToBigInteger(a) == Words.Signed(a), iter: Runs);

    [Fact]
    public void Shifts_keep_the_sign() => Gen.Select(Words.Any, Words.ShiftAmount).Sample((a, bits) =>
    {
        int amount = bits.IsUInt64 && bits.L0 < 256 ? (int)bits.L0 : 256;
        return (BigInteger)Int256.ShiftRight(a, bits) == Words.Wrap(Words.Signed(a) >> amount);
    }, iter: Runs);

    [Fact]
    public void Extends_signs() => Gen.Select(Words.Any, Gen.OneOf(Gen.UInt[0, 40].Select(n => (UInt256)n), Words.Any)).Sample((a, index) =>
    {
        if (!index.IsUInt64 || index.L0 >= 31) return Int256.SignExtend(index, a) == a;
        int bits = ((int)index.L0 * 8) + 8;
        BigInteger low = (BigInteger)a & ((BigInteger.One << bits) - 1);
        BigInteger signed = low >> (bits - 1) == 1 ? low - (BigInteger.One << bits) : low;
        return (BigInteger)Int256.SignExtend(index, a) == Words.Wrap(signed);
    }, iter: Runs);

    [Fact]
    public void The_least_number_divided_by_minus_one_is_itself()
    {
        Assert.Equal(Int256.MinValue, Int256.Divide(Int256.MinValue, UInt256.MaxValue));
        Assert.Equal(UInt256.Zero, Int256.Modulo(Int256.MinValue, UInt256.MaxValue));
        Assert.Equal(Int256.MinValue, Int256.Abs(Int256.MinValue));
    }
}
