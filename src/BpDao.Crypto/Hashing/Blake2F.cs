using System.Buffers.Binary;

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
    internal static void Compress(uint rounds, Span<ulong> h, ReadOnlySpan<ulong> m, ulong t0, ulong t1, bool isFinal)
    {
        Span<ulong> v = stackalloc ulong[16];
        h.CopyTo(v);
        Iv.CopyTo(v[8..]);
        v[12] ^= t0;
        v[13] ^= t1;
        if (isFinal) v[14] = ~v[14];
        if (Blake2VectorRounds.IsSupported) Blake2VectorRounds.Run(rounds, v, m);
        else Blake2ScalarRounds.Run(rounds, v, m);
        for (int i = 0; i < h.Length; i++) h[i] ^= v[i] ^ v[i + 8];
    }
}
