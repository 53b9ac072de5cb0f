using System.Runtime.CompilerServices;
using BpDao.Core;

namespace BpDao.Crypto.Curves.Bn254;

/// <summary>c0 + c1·i with i² = −1 (EIP-197). Results may be written over operands.</summary>
[SkipLocalsInit]
internal struct Fp2 : IEquatable<Fp2>
{
    public Fp C0, C1;

    public static readonly Fp2 One = new() { C0 = Fp.One };

    /// <summary>ξ = 9 + i, which is neither a square nor a cube: the fields above are made from its roots.</summary>
    public static readonly Fp2 Xi = new() { C0 = Fp.From(9), C1 = Fp.One };

    public readonly bool IsZero => C0.IsZero && C1.IsZero;

    /// <summary>Reads 64 bytes, the factor of i first (EIP-197); false when a number is not below p.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Fp2 element)
    {
        bool valid = Fp.TryRead(bytes, out element.C1);
        return Fp.TryRead(bytes[Fp.Size..], out element.C0) && valid;
    }

    public static void Add(in Fp2 a, in Fp2 b, out Fp2 sum)
    {
        Fp.Add(a.C0, b.C0, out sum.C0);
        Fp.Add(a.C1, b.C1, out sum.C1);
    }

    /// <summary>a + b, not taken below p: for one factor of a product and nothing else.</summary>
    public static void AddLoosely(in Fp2 a, in Fp2 b, out Fp2 sum)
    {
        Fp.AddLoosely(a.C0, b.C0, out sum.C0);
        Fp.AddLoosely(a.C1, b.C1, out sum.C1);
    }

    public static void Halve(in Fp2 a, out Fp2 half)
    {
        Fp.Halve(a.C0, out half.C0);
        Fp.Halve(a.C1, out half.C1);
    }

    public static void Double(in Fp2 a, out Fp2 twice) => Add(a, a, out twice);

    public static void Subtract(in Fp2 a, in Fp2 b, out Fp2 difference)
    {
        Fp.Subtract(a.C0, b.C0, out difference.C0);
        Fp.Subtract(a.C1, b.C1, out difference.C1);
    }

    public static void Negate(in Fp2 a, out Fp2 negative) => Subtract(default, a, out negative);

    /// <summary>The p-th power.</summary>
    public static void Conjugate(in Fp2 a, out Fp2 conjugate)
    {
        conjugate.C0 = a.C0;
        Fp.Negate(a.C1, out conjugate.C1);
    }

    public static void Multiply(in Fp2 a, in Fp2 b, out Fp2 product)
    {
        Fp.MultiplySubtract(a.C0, b.C0, a.C1, b.C1, out Fp real);
        Fp.MultiplyAdd(a.C0, b.C1, a.C1, b.C0, out product.C1);
        product.C0 = real;
    }

    public static void Multiply(in Fp2 a, in Fp b, out Fp2 product)
    {
        Fp.Multiply(a.C0, b, out Fp real);
        Fp.Multiply(a.C1, b, out product.C1);
        product.C0 = real;
    }

    public static void Square(in Fp2 a, out Fp2 square)
    {
        Fp.AddLoosely(a.C0, a.C1, out Fp sum);
        Fp.SubtractLoosely(a.C0, a.C1, out Fp difference);
        Fp.AddLoosely(a.C0, a.C0, out Fp twice);
        Fp.Multiply(twice, a.C1, out square.C1);
        Fp.Multiply(sum, difference, out square.C0);
    }

    /// <summary>a·ξ = (9·c0 − c1) + (9·c1 + c0)·i.</summary>
    public static void MultiplyByXi(in Fp2 a, out Fp2 product)
    {
        Fp.SubtractLoosely(default, a.C1, out Fp minus);
        Fp.NineTimesPlus(a.C0, minus, out Fp real);
        Fp.NineTimesPlus(a.C1, a.C0, out product.C1);
        product.C0 = real;
    }

    /// <summary>1/a; zero for zero.</summary>
    public static void Invert(in Fp2 a, out Fp2 inverse)
    {
        Fp.MultiplyAdd(a.C0, a.C0, a.C1, a.C1, out Fp norm);
        FpInversion.Invert(norm, out norm);
        Fp.Negate(norm, out Fp negative);
        Fp.Multiply(a.C0, norm, out inverse.C0);
        Fp.Multiply(a.C1, negative, out inverse.C1);
    }

    /// <summary>a^e.</summary>
    public static void Power(in Fp2 a, in UInt256 e, out Fp2 power)
    {
        Fp2 root = a;
        power = One;
        for (int bit = e.BitLength - 1; bit >= 0; bit--)
        {
            Square(power, out power);
            if (e.IsBitSet(bit)) Multiply(power, root, out power);
        }
    }

    public static bool operator ==(in Fp2 a, in Fp2 b) => a.C0 == b.C0 && a.C1 == b.C1;

    public static bool operator !=(in Fp2 a, in Fp2 b) => !(a == b);

    public readonly bool Equals(Fp2 other) => this == other;

    public override readonly bool Equals(object? obj) => obj is Fp2 other && this == other;

    public override readonly int GetHashCode() => HashCode.Combine(C0, C1);

    public override readonly string ToString() => $"{C0} + {C1}·i";
}
