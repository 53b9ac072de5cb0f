using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace BpDao.Core;

/// <summary>Keccak-512 with the original padding, of short inputs: all that Ethash asks for (Yellow Paper, appendix J).</summary>
public static class Keccak512
{
    public const int Size = 64;

    /// <summary>Bytes absorbed by one permutation.</summary>
    private const int Rate = 72;

    /// <summary>Writes 64 bytes.</summary>
    /// <param name="input">Less than 72 bytes; it may be the same memory as <paramref name="output"/>.</param>
    [SkipLocalsInit]
    public static void Hash(ReadOnlySpan<byte> input, Span<byte> output)
    {
        Debug.Assert(input.Length < Rate, "one block only");
        Span<ulong> state = stackalloc ulong[Keccak256.Lanes];
        state.Clear();
        Keccak256.AbsorbLanes(state, input);
        int whole = input.Length & ~7;
        ulong last = 1UL << (8 * (input.Length - whole));
        for (int i = whole; i < input.Length; i++) last |= (ulong)input[i] << (8 * (i - whole));
        state[whole / 8] ^= last;
        state[(Rate / 8) - 1] ^= 1UL << 63;
        Keccak256.Permute(state);
        for (int i = 0; i < Size / 8; i++) BinaryPrimitives.WriteUInt64LittleEndian(output[(8 * i)..], state[i]);
    }
}
