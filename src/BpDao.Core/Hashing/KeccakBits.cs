using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BpDao.Core;

/// <summary>Lanes of one state.</summary>
internal readonly struct KeccakBits1 : IKeccakBits<ulong>
{
    public static ulong Xor(ulong a, ulong b) => a ^ b;

    public static ulong Parity(ulong a, ulong b, ulong c, ulong d, ulong e) => a ^ b ^ c ^ d ^ e;

    public static ulong Spread(ulong a, ulong b) => a ^ BitOperations.RotateLeft(b, 1);

    public static ulong Turn(ulong a, ulong b, [ConstantExpected] byte bits) => BitOperations.RotateLeft(a ^ b, bits);

    public static ulong Chi(ulong a, ulong b, ulong c) => a ^ (~b & c);

    public static ulong Broadcast(ulong bits) => bits;
}

/// <summary>Lanes of four states, for AVX2.</summary>
internal readonly struct KeccakBits4 : IKeccakBits<Vector256<ulong>>
{
    public static Vector256<ulong> Xor(Vector256<ulong> a, Vector256<ulong> b) => a ^ b;

    public static Vector256<ulong> Parity(Vector256<ulong> a, Vector256<ulong> b, Vector256<ulong> c, Vector256<ulong> d, Vector256<ulong> e) =>
        a ^ b ^ c ^ d ^ e;

    public static Vector256<ulong> Spread(Vector256<ulong> a, Vector256<ulong> b) => a ^ ((b << 1) | (b >>> 63));

    public static Vector256<ulong> Turn(Vector256<ulong> a, Vector256<ulong> b, [ConstantExpected] byte bits) =>
        ((a ^ b) << bits) | ((a ^ b) >>> (64 - bits));

    public static Vector256<ulong> Chi(Vector256<ulong> a, Vector256<ulong> b, Vector256<ulong> c) => a ^ Vector256.AndNot(c, b);

    public static Vector256<ulong> Broadcast(ulong bits) => Vector256.Create(bits);
}

/// <summary>Lanes of eight states, for AVX-512, where a rotation and any function of three inputs are one instruction each.</summary>
internal readonly struct KeccakBits8 : IKeccakBits<Vector512<ulong>>
{
    // Truth tables of the ternary instruction, indexed by the bits of a, b and c.
    private const byte XorOfThree = 0x96;
    private const byte ChiOfThree = 0xD2;

    public static Vector512<ulong> Xor(Vector512<ulong> a, Vector512<ulong> b) => a ^ b;

    public static Vector512<ulong> Parity(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c, Vector512<ulong> d, Vector512<ulong> e) =>
        Avx512F.IsSupported
            ? Avx512F.TernaryLogic(Avx512F.TernaryLogic(a, b, c, XorOfThree), d, e, XorOfThree)
            : a ^ b ^ c ^ d ^ e;

    public static Vector512<ulong> Spread(Vector512<ulong> a, Vector512<ulong> b) => a ^ Rotate(b, 1);

    public static Vector512<ulong> Turn(Vector512<ulong> a, Vector512<ulong> b, [ConstantExpected] byte bits) => Rotate(a ^ b, bits);

    public static Vector512<ulong> Chi(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c) =>
        Avx512F.IsSupported ? Avx512F.TernaryLogic(a, b, c, ChiOfThree) : a ^ Vector512.AndNot(c, b);

    public static Vector512<ulong> Broadcast(ulong bits) => Vector512.Create(bits);

    private static Vector512<ulong> Rotate(Vector512<ulong> lanes, [ConstantExpected] byte bits) =>
        Avx512F.IsSupported ? Avx512F.RotateLeft(lanes, bits) : (lanes << bits) | (lanes >>> (64 - bits));
}
