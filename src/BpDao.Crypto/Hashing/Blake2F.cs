using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace BpDao.Crypto;

/// <summary>The compression function F of BLAKE2b (RFC 7693 §3.2) with a free number of rounds (EIP-152, precompile 0x09).</summary>
public static class Blake2F
{
    /// <summary>Length of the precompile's input: rounds:4 (big-endian) ‖ h:64 ‖ m:128 ‖ t:16 (little-endian words) ‖ final:1.</summary>
    public const int InputSize = 213;

    /// <summary>Length of its output: h as eight little-endian words.</summary>
    public const int OutputSize = 64;

    private static ReadOnlySpan<ulong> Iv =>
    [
        0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
    ];

    private static ReadOnlySpan<byte> Sigma =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
        11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
        7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
        9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
        2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
        12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
        13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
        6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
        10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
    ];

    /// <summary>The precompile: false when the input has another length or the final flag is neither 0 nor 1.</summary>
    public static bool TryRun(ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (input.Length != InputSize || input[212] > 1) return false;
        Span<ulong> h = stackalloc ulong[8];
        Span<ulong> m = stackalloc ulong[16];
        for (int i = 0; i < h.Length; i++) h[i] = BinaryPrimitives.ReadUInt64LittleEndian(input[(4 + (8 * i))..]);
        for (int i = 0; i < m.Length; i++) m[i] = BinaryPrimitives.ReadUInt64LittleEndian(input[(68 + (8 * i))..]);
        ulong t0 = BinaryPrimitives.ReadUInt64LittleEndian(input[196..]), t1 = BinaryPrimitives.ReadUInt64LittleEndian(input[204..]);
        Compress(BinaryPrimitives.ReadUInt32BigEndian(input), h, m, t0, t1, isFinal: input[212] == 1);
        for (int i = 0; i < h.Length; i++) BinaryPrimitives.WriteUInt64LittleEndian(output[(8 * i)..], h[i]);
        return true;
    }

    /// <param name="h">The state, eight words, changed in place.</param>
    /// <param name="m">The message block, sixteen words.</param>
    // Optimised at once: a caller pays for four billion rounds in one call, which the first tier would run ten times slower.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Compress(uint rounds, Span<ulong> h, ReadOnlySpan<ulong> m, ulong t0, ulong t1, bool isFinal)
    {
        ulong v0 = h[0], v1 = h[1], v2 = h[2], v3 = h[3], v4 = h[4], v5 = h[5], v6 = h[6], v7 = h[7];
        ulong v8 = Iv[0], v9 = Iv[1], v10 = Iv[2], v11 = Iv[3], v12 = Iv[4] ^ t0, v13 = Iv[5] ^ t1, v14 = Iv[6], v15 = Iv[7];
        if (isFinal) v14 = ~v14;

        m = m[..16];
        int row = 0;
        for (uint round = 0; round < rounds; round++)
        {
            ReadOnlySpan<byte> s = Sigma.Slice(row, 16);
            row = row == 144 ? 0 : row + 16;
            Mix(ref v0, ref v4, ref v8, ref v12, m[s[0]], m[s[1]]);
            Mix(ref v1, ref v5, ref v9, ref v13, m[s[2]], m[s[3]]);
            Mix(ref v2, ref v6, ref v10, ref v14, m[s[4]], m[s[5]]);
            Mix(ref v3, ref v7, ref v11, ref v15, m[s[6]], m[s[7]]);
            Mix(ref v0, ref v5, ref v10, ref v15, m[s[8]], m[s[9]]);
            Mix(ref v1, ref v6, ref v11, ref v12, m[s[10]], m[s[11]]);
            Mix(ref v2, ref v7, ref v8, ref v13, m[s[12]], m[s[13]]);
            Mix(ref v3, ref v4, ref v9, ref v14, m[s[14]], m[s[15]]);
        }

        h[0] ^= v0 ^ v8;
        h[1] ^= v1 ^ v9;
        h[2] ^= v2 ^ v10;
        h[3] ^= v3 ^ v11;
        h[4] ^= v4 ^ v12;
        h[5] ^= v5 ^ v13;
        h[6] ^= v6 ^ v14;
        h[7] ^= v7 ^ v15;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref ulong a, ref ulong b, ref ulong c, ref ulong d, ulong x, ulong y)
    {
        a += b + x;
        d = BitOperations.RotateRight(d ^ a, 32);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 24);
        a += b + y;
        d = BitOperations.RotateRight(d ^ a, 16);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 63);
    }
}
