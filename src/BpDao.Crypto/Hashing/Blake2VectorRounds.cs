using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BpDao.Crypto;

/// <summary>Rounds of BLAKE2b (RFC 7693 §3.2) with AVX2, four mixings at a time: a vector holds a row of the working state.</summary>
/// <remarks>To line up the diagonals every row but the second turns. The second is the last to be ready after a mixing and the first to be
/// needed by the next, so it would make all wait.</remarks>
internal static class Blake2VectorRounds
{
    private const int Period = 10, WordsPerRound = 16;

    // Turns of a row by one, two and three places, as _MM_SHUFFLE names them.
    private const byte One = 0b00_11_10_01, Two = 0b01_00_11_10, Three = 0b10_01_00_11;

    /// <summary>RFC 7693 §2.7 in the order of vectors: first and second words of the columns, then of the diagonals from the one through the
    /// fifth word of the state on.</summary>
    private static ReadOnlySpan<byte> Sigma =>
    [
        0, 2, 4, 6, 1, 3, 5, 7, 14, 8, 10, 12, 15, 9, 11, 13,
        14, 4, 9, 13, 10, 8, 15, 6, 5, 1, 0, 11, 3, 12, 2, 7,
        11, 12, 5, 15, 8, 0, 2, 13, 9, 10, 3, 7, 4, 14, 6, 1,
        7, 3, 13, 11, 9, 1, 12, 14, 15, 2, 5, 4, 8, 6, 10, 0,
        9, 5, 2, 10, 0, 7, 4, 15, 3, 14, 11, 6, 13, 1, 12, 8,
        2, 6, 0, 8, 12, 10, 11, 3, 1, 4, 7, 15, 9, 13, 5, 14,
        12, 1, 14, 4, 5, 15, 13, 10, 8, 0, 6, 9, 11, 7, 3, 2,
        13, 7, 12, 3, 11, 14, 1, 9, 2, 5, 15, 8, 10, 0, 4, 6,
        6, 14, 11, 0, 15, 9, 3, 8, 10, 12, 13, 1, 5, 2, 7, 4,
        10, 8, 7, 1, 2, 4, 6, 5, 13, 15, 9, 3, 0, 11, 14, 12,
    ];

    public static bool IsSupported => Avx2.IsSupported;

    /// <param name="v">The working state, sixteen words, changed in place.</param>
    /// <param name="m">The message block, sixteen words.</param>
    // Optimised at once: a caller pays for four billion rounds in one call, which the first tier would run ten times slower.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(uint rounds, Span<ulong> v, ReadOnlySpan<ulong> m)
    {
        // The words of ten rounds laid out once; after ten rounds they repeat.
        Span<ulong> words = stackalloc ulong[Period * WordsPerRound];
        int used = (int)Math.Min(rounds, Period) * WordsPerRound;
        for (int i = 0; i < used; i++) words[i] = m[Sigma[i]];

        Span<Vector256<ulong>> rows = MemoryMarshal.Cast<ulong, Vector256<ulong>>(v);
        Vector256<ulong> a = rows[0], b = rows[1], c = rows[2], d = rows[3];
        ref Vector256<ulong> first = ref Unsafe.As<ulong, Vector256<ulong>>(ref MemoryMarshal.GetReference(words));
        int at = 0;
        for (uint round = 0; round < rounds; round++)
        {
            ref Vector256<ulong> x = ref Unsafe.Add(ref first, at);
            at = at == (Period - 1) * 4 ? 0 : at + 4;
            Mix(ref a, ref b, ref c, ref d, x, Unsafe.Add(ref x, 1));
            a = Avx2.Permute4x64(a, Three);
            c = Avx2.Permute4x64(c, One);
            d = Avx2.Permute4x64(d, Two);
            Mix(ref a, ref b, ref c, ref d, Unsafe.Add(ref x, 2), Unsafe.Add(ref x, 3));
            a = Avx2.Permute4x64(a, One);
            c = Avx2.Permute4x64(c, Three);
            d = Avx2.Permute4x64(d, Two);
        }

        (rows[0], rows[1], rows[2], rows[3]) = (a, b, c, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(
        ref Vector256<ulong> a, ref Vector256<ulong> b, ref Vector256<ulong> c, ref Vector256<ulong> d, Vector256<ulong> x, Vector256<ulong> y)
    {
        a = a + x + b; // x first: b comes last
        d = RotateRight32(d ^ a);
        c += d;
        b = RotateRight24(b ^ c);
        a = a + y + b;
        d = RotateRight16(d ^ a);
        c += d;
        b = RotateRight63(b ^ c);
    }

    // A shuffle turns by whole bytes. AVX-512 has rotations, which measure the same: the time is the length of the chain.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> RotateRight32(Vector256<ulong> v) => Avx2.Shuffle(v.AsUInt32(), 0b10_11_00_01).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> RotateRight24(Vector256<ulong> v) => Avx2.Shuffle(
        v.AsByte(), Vector256.Create(Vector128.Create((byte)3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10))).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> RotateRight16(Vector256<ulong> v) => Avx2.Shuffle(
        v.AsByte(), Vector256.Create(Vector128.Create((byte)2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9))).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> RotateRight63(Vector256<ulong> v) => (v + v) | (v >>> 63);
}
