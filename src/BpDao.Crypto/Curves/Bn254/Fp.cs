using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BpDao.Core;

namespace BpDao.Crypto.Curves.Bn254;

/// <summary>An element of the field over which BN254 is defined (EIP-196), in Montgomery form: the limbs, least significant first,
/// are a·2^256 mod p, always below p.</summary>
/// <remarks>Branches and timing depend on values throughout this folder: everything computed here is public.
/// Operations write through <c>out</c>, which may be an operand. A struct returned by value would be copied 32 bytes at a time right
/// after it was stored 8 bytes at a time, which the processor's store buffer cannot forward.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal readonly partial struct Fp : IEquatable<Fp>
{
    /// <summary>Length of an element in bytes.</summary>
    public const int Size = 32;

    // p = 36u⁴ + 36u³ + 24u² + 6u + 1 with u = 4965661367192848881, and −1/p mod 2^64.
    private const ulong P0 = 0x3c208c16d87cfd47, P1 = 0x97816a916871ca8d, P2 = 0xb85045b68181585d, P3 = 0x30644e72e131a029;
    private const ulong NegativeInverse = 0x87d20782e4866389;

    /// <summary>p.</summary>
    public static readonly UInt256 Modulus = new(P0, P1, P2, P3);

    public static readonly Fp One = FromLimbs(UInt256.MaxValue % Modulus + 1);

    /// <summary>2^512 mod p as limbs: a product with it enters Montgomery form.</summary>
    private static readonly Fp Entrance = FromLimbs(UInt256.MultiplyMod(One.Limbs, One.Limbs, Modulus));

    private readonly ulong _l0, _l1, _l2, _l3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Fp(ulong l0, ulong l1, ulong l2, ulong l3)
    {
        _l0 = l0;
        _l1 = l1;
        _l2 = l2;
        _l3 = l3;
    }

    public bool IsZero => (_l0 | _l1 | _l2 | _l3) == 0;

    private UInt256 Limbs => new(_l0, _l1, _l2, _l3);

    /// <summary>The element that a number below p stands for.</summary>
    public static Fp From(in UInt256 value)
    {
        Multiply(FromLimbs(value), Entrance, out Fp element);
        return element;
    }

    /// <summary>Reads 32 big-endian bytes; false for a number that is not below p (EIP-196 refuses it).</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Fp element)
    {
        UInt256 value = UInt256.FromBigEndian(bytes[..Size]);
        element = default;
        if (value >= Modulus) return false;
        Multiply(FromLimbs(value), Entrance, out element);
        return true;
    }

    /// <summary>Writes 32 big-endian bytes.</summary>
    public void Write(Span<byte> destination) => ToUInt256().WriteBigEndian(destination);

    /// <summary>The number below p that this element stands for.</summary>
    public UInt256 ToUInt256()
    {
        Multiply(this, new Fp(1, 0, 0, 0), out Fp plain);
        return plain.Limbs;
    }

    public static bool operator ==(in Fp a, in Fp b) =>
        ((a._l0 ^ b._l0) | (a._l1 ^ b._l1) | (a._l2 ^ b._l2) | (a._l3 ^ b._l3)) == 0;

    public static bool operator !=(in Fp a, in Fp b) => !(a == b);

    public bool Equals(Fp other) => this == other;

    public override bool Equals(object? obj) => obj is Fp other && this == other;

    public override int GetHashCode() => Limbs.GetHashCode();

    public override string ToString() => ToUInt256().ToString();

    private static Fp FromLimbs(in UInt256 limbs) => new(limbs.L0, limbs.L1, limbs.L2, limbs.L3);
}
