using System.Buffers.Binary;
using System.Numerics;

namespace BpDao.Core;

/// <summary>Keccak-256 with the original padding, as Ethereum uses it (not SHA3-256).</summary>
public static class Keccak256
{
    private const int Rate = 136;

    /// <summary>keccak256 of nothing.</summary>
    public static readonly Hash256 OfEmpty = Account.EmptyCodeHash;

    public static Hash256 Hash(ReadOnlySpan<byte> input)
    {
        Span<byte> output = stackalloc byte[32];
        Hash(input, output);
        return new Hash256(output);
    }

    /// <summary>Writes 32 bytes.</summary>
    public static void Hash(ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<ulong> state = stackalloc ulong[25];
        state.Clear();
        while (input.Length >= Rate)
        {
            Absorb(state, input[..Rate]);
            input = input[Rate..];
        }

        Span<byte> last = stackalloc byte[Rate];
        last.Clear();
        input.CopyTo(last);
        last[input.Length] ^= 0x01;
        last[Rate - 1] ^= 0x80;
        Absorb(state, last);
        for (int i = 0; i < 4; i++) BinaryPrimitives.WriteUInt64LittleEndian(output[(8 * i)..], state[i]);
    }

    private static void Absorb(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (int i = 0; i < Rate / 8; i++) state[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(8 * i)..]);
        KeccakPermutation.Permute(state);
    }
}
