using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace BpDao.Core;

/// <summary>Keccak-256 with the original padding, as Ethereum uses it (not SHA3-256).</summary>
public static class Keccak256
{
    /// <summary>Bytes absorbed by one permutation.</summary>
    internal const int Rate = 136;

    /// <summary>Lanes of 64 bits in a state.</summary>
    internal const int Lanes = 25;

    /// <summary>keccak256 of nothing.</summary>
    public static readonly Hash256 OfEmpty = Account.EmptyCodeHash;

    public static Hash256 Hash(ReadOnlySpan<byte> input)
    {
        Span<byte> output = stackalloc byte[Hash256.Size];
        Hash(input, output);
        return new Hash256(output);
    }

    /// <summary>Writes 32 bytes.</summary>
    [SkipLocalsInit]
    public static void Hash(ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<ulong> state = stackalloc ulong[Lanes];
        state.Clear();
        while (input.Length >= Rate)
        {
            AbsorbLanes(state, input[..Rate]);
            Permute(state);
            input = input[Rate..];
        }

        AbsorbLanes(state, input);
        int whole = input.Length & ~7;
        ulong last = 1UL << (8 * (input.Length - whole));
        for (int i = whole; i < input.Length; i++) last |= (ulong)input[i] << (8 * (i - whole));
        state[whole / 8] ^= last;
        state[(Rate / 8) - 1] ^= 1UL << 63;
        Squeeze(state, output);
    }

    /// <summary>XORs the whole lanes of at most one block; up to seven bytes behind them are left.</summary>
    internal static void AbsorbLanes(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (int i = 0; block.Length >= 8; i++, block = block[8..]) state[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(block);
    }

    /// <summary>The last permutation of a padded state, and its first 32 bytes.</summary>
    internal static void Squeeze(Span<ulong> state, Span<byte> output)
    {
        Permute(state);
        for (int i = 0; i < 4; i++) BinaryPrimitives.WriteUInt64LittleEndian(output[(8 * i)..], state[i]);
    }

    /// <summary>Keccak-f[1600] on the 25 lanes of one state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Permute(Span<ulong> state) => KeccakPermutation<ulong, KeccakBits1>.Permute(state);
}
