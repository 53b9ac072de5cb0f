using System.Numerics;
using System.Runtime.Intrinsics.X86;
using CsCheck;
using Xunit;

namespace BpDao.Core.Tests;

/// <summary>Each operation against <see cref="BigInteger"/>.</summary>
public sealed class UInt256Tests
{
    private const int Runs = 20_000;

    [Fact]
    public void Adds() => Gen.Select(Words.Any, Words.Any).Sample((a, b) =>
        UInt256.AddOverflow(a, b, out UInt256 sum) == ((BigInteger)a + (BigInteger)b >= Words.Modulus)
        && (BigInteger)sum == Words.Wrap((BigInteger)a + (BigInteger)b) && a + b == sum, iter: Runs);

    [Fact]
    public void Subtracts() => Gen.Select(Words.Any, Words.Any).Sample((a, b) =>
        UInt256.SubtractUnderflow(a, b, out UInt256 difference) == ((BigInteger)a < (BigInteger)b)
        && (BigInteger)difference == Words.Wrap((BigInteger)a - (BigInteger)b) && a - b == difference
        && (BigInteger)(-a) == Words.Wrap(-(BigInteger)a), iter: Runs);

    [Fact]
    public void Multiplies() => Gen.Select(Words.Any, Words.Any).Sample((a, b) => MultipliesLike(a, b), iter: Runs);

    [Fact]
    public void Multiplies_without_intrinsics() => Gen.Select(Words.Any, Words.Any).Sample((a, b) =>
    {
        UInt256.MultiplyLow<PortableHigh>(a, b, out UInt256 product);
        UInt256.MultiplyFull<PortableHigh>(a, b, out UInt256 high, out UInt256 low);
        BigInteger exact = (BigInteger)a * (BigInteger)b;
        return (BigInteger)product == Words.Wrap(exact) && low == product && (BigInteger)high == exact >> 256;
    }, iter: Runs);

    [Fact]
    public void Divides() => Gen.Select(Words.Any, Words.Any).Sample((a, b) =>
    {
        UInt256.DivRem(a, b, out UInt256 q, out UInt256 r);
        return DividesLike(a, b, q, r) && a / b == q && a % b == r;
    }, iter: Runs);

    [Fact]
    public void Divides_without_intrinsics() => Gen.Select(Words.Any, Words.Any).Sample((a, b) =>
    {
        UInt256.DivRem<PortableHigh>(a, b, out UInt256 q, out UInt256 r);
        return DividesLike(a, b, q, r);
    }, iter: Runs);

    [Fact]
    public void Divides_products_and_their_neighbours() => Gen.Select(Words.Any, Words.Any, Gen.Int[-1, 1]).Sample((a, b, off) =>
    {
        // Exact quotients and those one short of them are where a digit estimate goes wrong.
        UInt256 dividend = off switch { -1 => (a * b) - 1, 0 => a * b, _ => (a * b) + 1 };
        UInt256.DivRem(dividend, b, out UInt256 q, out UInt256 r);
        return DividesLike(dividend, b, q, r);
    }, iter: Runs);

    [Fact]
    public void Modular_operations_do_not_wrap() => Gen.Select(Words.Any, Words.Any, Words.Any).Sample((a, b, m) =>
    {
        BigInteger sum = m.IsZero ? 0 : ((BigInteger)a + (BigInteger)b) % (BigInteger)m;
        BigInteger product = m.IsZero ? 0 : (BigInteger)a * (BigInteger)b % (BigInteger)m;
        return (BigInteger)UInt256.AddMod(a, b, m) == sum && (BigInteger)UInt256.MultiplyMod(a, b, m) == product
            && (BigInteger)UInt256.AddMod<PortableHigh>(a, b, m) == sum && (BigInteger)UInt256.MultiplyMod<PortableHigh>(a, b, m) == product;
    }, iter: Runs);

    [Fact]
    public void Raises_to_powers() => Gen.Select(Words.Any, Words.ShiftAmount).Sample((b, e) =>
    {
        BigInteger expected = BigInteger.ModPow((BigInteger)b, (BigInteger)e, Words.Modulus);
        return (BigInteger)UInt256.Exp(b, e) == expected && (BigInteger)UInt256.Exp<PortableHigh>(b, e) == expected;
    }, iter: 2_000);

    [Fact]
    public void Powers_of_two_and_of_nothing()
    {
        Assert.Equal(UInt256.One, UInt256.Exp(0, 0));
        Assert.Equal(UInt256.Zero, UInt256.Exp(0, 5));
        Assert.Equal(new UInt256(0, 0, 0, 1UL << 63), UInt256.Exp(2, 255));
        Assert.Equal(UInt256.Zero, UInt256.Exp(2, 256));
    }

    [Fact]
    public void Shifts() => Gen.Select(Words.Any, Words.ShiftAmount).Sample((a, bits) =>
    {
        bool beyond = (BigInteger)bits >= 256;
        BigInteger left = beyond ? 0 : Words.Wrap((BigInteger)a << (int)(ulong)bits);
        BigInteger right = beyond ? 0 : (BigInteger)a >> (int)(ulong)bits;
        return (BigInteger)(a << bits) == left && (BigInteger)(a >> bits) == right
            && (beyond || ((BigInteger)(a << (int)(ulong)bits) == left && (BigInteger)(a >> (int)(ulong)bits) == right));
    }, iter: Runs);

    [Fact]
    public void Compares() => Gen.Select(Words.Any, Words.Any).Sample((a, b) =>
    {
        int expected = ((BigInteger)a).CompareTo((BigInteger)b);
        return (a < b) == (expected < 0) && (a > b) == (expected > 0) && (a <= b) == (expected <= 0) && (a >= b) == (expected >= 0)
            && (a == b) == (expected == 0) && (a != b) == (expected != 0) && a.Equals(b) == (expected == 0)
            && Math.Sign(a.CompareTo(b)) == Math.Sign(expected) && a == new UInt256(a.L0, a.L1, a.L2, a.L3)
            && UInt256.Min(a, b) == (expected < 0 ? a : b) && UInt256.Max(a, b) == (expected < 0 ? b : a);
    }, iter: Runs);

    [Fact]
    public void Works_on_single_bits_and_bytes() => Gen.Select(Words.Any, Words.Any, Gen.Int[0, 255], Gen.UInt[0, 40]).Sample((a, b, bit, index) =>
    {
        byte[] bytes = a.ToBigEndian();
        return (BigInteger)(a & b) == ((BigInteger)a & (BigInteger)b) && (BigInteger)(a | b) == ((BigInteger)a | (BigInteger)b)
            && (BigInteger)(a ^ b) == ((BigInteger)a ^ (BigInteger)b) && (BigInteger)~a == Words.Modulus - 1 - (BigInteger)a
            && a.BitLength == (int)((BigInteger)a).GetBitLength() && a.LeadingZeroCount == 256 - (int)((BigInteger)a).GetBitLength()
            && a.IsBitSet(bit) == !(((BigInteger)a >> bit) & 1).IsZero
            && UInt256.Byte(a, index) == (index < 32 ? (ulong)bytes[index] : 0) && (UInt256.Byte(a, b).IsZero || b < 32);
    }, iter: Runs);

    [Fact]
    public void Text_and_bytes_come_back() => Words.Any.Sample(a =>
        UInt256.Parse(a.ToString()) == a && UInt256.Parse(a.ToHexQuantity()) == a && UInt256.FromBigEndian(a.ToBigEndian()) == a
        && UInt256.FromHash(a.ToHash()) == a && (UInt256)(BigInteger)a == a && a.ToString() == ((BigInteger)a).ToString()
        && UInt256.FromBigEndian(a.ToBigEndian().AsSpan((256 - a.BitLength) / 8)) == a, iter: 2_000);

    [Fact]
    public void Results_may_be_written_over_operands() => Gen.Select(Words.Any, Words.Any).Sample((a, b) =>
    {
        UInt256 sum = a, difference = b, product = a, square = a, quotient = a, remainder = b;
        UInt256.AddOverflow(sum, b, out sum);
        UInt256.SubtractUnderflow(a, difference, out difference);
        UInt256.Multiply(product, b, out product);
        UInt256.MultiplyOverflow(square, square, out square);
        UInt256.DivRem(quotient, remainder, out quotient, out remainder);
        UInt256 crossedQuotient = b, crossedRemainder = a;
        UInt256.DivRem(crossedRemainder, crossedQuotient, out crossedQuotient, out crossedRemainder);
        return sum == a + b && difference == a - b && product == a * b && square == a * a && quotient == a / b && remainder == a % b
            && crossedQuotient == quotient && crossedRemainder == remainder;
    }, iter: 5_000);

    [Fact]
    public void Every_pair_of_edges()
    {
        foreach (UInt256 a in Words.Edges)
        {
            foreach (UInt256 b in Words.Edges)
            {
                Assert.True(MultipliesLike(a, b), $"{a} * {b}");
                UInt256.DivRem(a, b, out UInt256 q, out UInt256 r);
                Assert.True(DividesLike(a, b, q, r), $"{a} / {b}");
                Assert.Equal(Words.Wrap((BigInteger)a + (BigInteger)b), (BigInteger)(a + b));
                Assert.Equal(Words.Wrap((BigInteger)a - (BigInteger)b), (BigInteger)(a - b));
                foreach (UInt256 m in Words.Edges.Where(m => !m.IsZero))
                {
                    Assert.Equal(((BigInteger)a + (BigInteger)b) % (BigInteger)m, (BigInteger)UInt256.AddMod(a, b, m));
                    Assert.Equal((BigInteger)a * (BigInteger)b % (BigInteger)m, (BigInteger)UInt256.MultiplyMod(a, b, m));
                }
            }
        }
    }

    [Fact]
    public void Reciprocals_are_exact() => Gen.Select(Words.Any, Words.Any).Sample((a, b) =>
    {
        ulong high = a.L0 | (1UL << 63), low = b.L0;
        BigInteger one = ((BigInteger.One << 128) - 1) / high - (BigInteger.One << 64);
        BigInteger two = ((BigInteger.One << 192) - 1) / (((BigInteger)high << 64) + low) - (BigInteger.One << 64);
        return Reciprocal.Of<PortableHigh>(high) == one && Reciprocal.Of<PortableHigh>(high, low) == two
            && (!Bmi2.X64.IsSupported || (Reciprocal.Of<MulxHigh>(high) == one && Reciprocal.Of<MulxHigh>(high, low) == two));
    }, iter: Runs);

    [Fact]
    public void Steps_of_division_correct_their_guesses() => Gen.Select(Words.Any, Words.Any, Words.Any, Gen.Int[0, 3]).Sample((word, near, any, relation) =>
    {
        // Remainders just below the divisor, or equal to it in the leading limbs, are where a guess fails.
        UInt256 d = word | new UInt256(0, 0, 0, 1UL << 63);
        UInt256 r = relation switch
        {
            0 => near,
            1 => d - 1,
            2 => new UInt256(near.L0, near.L1, d.L2, d.L3),
            _ => new UInt256(near.L0, near.L1, near.L2, d.L3),
        };
        return StepsOf<PortableHigh>(d, r % d, any.L0) && (!MulxHigh.IsSupported || StepsOf<MulxHigh>(d, r % d, any.L0));
    }, iter: Runs);

    private static bool StepsOf<THigh>(UInt256 d, UInt256 r, ulong next)
        where THigh : struct, IMultiplyHigh
    {
        (ulong s0, ulong s1, ulong s2, ulong s3) = (r.L0, r.L1, r.L2, r.L3);
        ulong digit = new Divisor4<THigh>(d.L0, d.L1, d.L2, d.L3).Step(ref s0, ref s1, ref s2, ref s3, next);
        bool right = IsStep(d, r, next, digit, new UInt256(s0, s1, s2, s3));

        UInt256 d3 = d >> 64, r3 = (r >> 64) < d3 ? r >> 64 : d3 - 1;
        (s0, s1, s2) = (r3.L0, r3.L1, r3.L2);
        digit = new Divisor3<THigh>(d3.L0, d3.L1, d3.L2).Step(ref s0, ref s1, ref s2, next);
        right &= IsStep(d3, r3, next, digit, new UInt256(s0, s1, s2, 0));

        UInt256 d2 = d >> 128, r2 = (r >> 128) < d2 ? r >> 128 : d2 - 1;
        (s0, s1) = (r2.L0, r2.L1);
        digit = new Divisor2<THigh>(d2.L0, d2.L1).Step(ref s0, ref s1, next);
        right &= IsStep(d2, r2, next, digit, new UInt256(s0, s1, 0, 0));

        UInt256 d1 = d >> 192, r1 = (r >> 192) < d1 ? r >> 192 : d1 - 1;
        s0 = r1.L0;
        digit = new Divisor1<THigh>(d1.L0).Step(ref s0, next);
        return right && IsStep(d1, r1, next, digit, s0);
    }

    private static bool IsStep(UInt256 d, UInt256 r, ulong next, ulong digit, UInt256 remainder)
    {
        BigInteger dividend = ((BigInteger)r << 64) + next;
        return digit == dividend / (BigInteger)d && (BigInteger)remainder == dividend % (BigInteger)d;
    }

    private static bool MultipliesLike(UInt256 a, UInt256 b)
    {
        BigInteger exact = (BigInteger)a * (BigInteger)b;
        bool wrapped = UInt256.MultiplyOverflow(a, b, out UInt256 product);
        UInt256.MultiplyFull(a, b, out UInt256 high, out UInt256 low);
        return wrapped == exact >= Words.Modulus && (BigInteger)product == Words.Wrap(exact) && a * b == product
            && low == product && (BigInteger)high == exact >> 256;
    }

    private static bool DividesLike(UInt256 a, UInt256 b, UInt256 quotient, UInt256 remainder) =>
        b.IsZero
            ? quotient.IsZero && remainder.IsZero
            : (BigInteger)quotient == (BigInteger)a / (BigInteger)b && (BigInteger)remainder == (BigInteger)a % (BigInteger)b;

    /// <summary>Keys that fold to nothing when each limb is cut to 32 bits first.</summary>
    [Fact]
    public void Keys_that_somebody_chose_do_not_share_a_hash() =>
        Assert.True(Enumerable.Range(1, 1000).Select(h => new UInt256((ulong)h * 0x1_0000_0001, 0, 0, 0).GetHashCode()).Distinct().Count() > 990);
}
