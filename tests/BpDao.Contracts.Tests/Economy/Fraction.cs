using System.Numerics;
using BpDao.Core;

namespace BpDao.Contracts.Tests.Economy;

/// <summary>An exact rational number: nothing is rounded until the test compares.</summary>
internal readonly struct Fraction
{
    private readonly BigInteger _numerator;
    private readonly BigInteger _denominator;

    public Fraction(BigInteger numerator, BigInteger denominator)
    {
        BigInteger divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        (_numerator, _denominator) = (numerator / divisor, denominator / divisor);
    }

    public static Fraction Zero { get; } = new(0, 1);

    // default(Fraction) is zero as well.
    private BigInteger Denominator => _denominator.IsZero ? BigInteger.One : _denominator;

    public BigInteger Floor => BigInteger.DivRem(_numerator, Denominator, out BigInteger rest) - (rest.Sign < 0 ? 1 : 0);

    public static implicit operator Fraction(BigInteger whole) => new(whole, 1);

    public static implicit operator Fraction(long whole) => new(whole, 1);

    public static implicit operator Fraction(UInt256 whole) => new((BigInteger)whole, 1);

    public static Fraction operator +(Fraction a, Fraction b) => new((a._numerator * b.Denominator) + (b._numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Fraction operator -(Fraction a, Fraction b) => new((a._numerator * b.Denominator) - (b._numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Fraction operator *(Fraction a, Fraction b) => new(a._numerator * b._numerator, a.Denominator * b.Denominator);

    public static Fraction operator /(Fraction a, Fraction b) => new(a._numerator * b.Denominator, a.Denominator * b._numerator);

    public static bool operator <(Fraction a, Fraction b) => a._numerator * b.Denominator < b._numerator * a.Denominator;

    public static bool operator >(Fraction a, Fraction b) => b < a;

    public static Fraction Min(Fraction a, Fraction b) => a < b ? a : b;

    public override string ToString() => $"{_numerator}/{Denominator}";
}
