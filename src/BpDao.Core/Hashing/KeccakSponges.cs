using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BpDao.Core;

/// <summary>Several Keccak-256 sponges that are permuted together. A sponge that has given its digest takes the next message at once,
/// so that messages of any lengths keep all of them busy to the end.</summary>
internal static class KeccakSponges<TLane, TBits>
    where TLane : unmanaged
    where TBits : IKeccakBits<TLane>
{
    private const int DigestLanes = Hash256.Size / sizeof(ulong);
    private const int Idle = -1;

    private static int Width => Unsafe.SizeOf<TLane>() / sizeof(ulong);

    /// <param name="messages">As many as there are digests.</param>
    /// <param name="digests">In the order of the messages.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Hash<TMessages>(TMessages messages, Span<Hash256> digests)
        where TMessages : IKeccakMessages, allows ref struct
    {
        Span<TLane> lanes = stackalloc TLane[Keccak256.Lanes];
        lanes.Clear();

        // Lane i of sponge s is the word s + i * width.
        Span<ulong> words = MemoryMarshal.Cast<TLane, ulong>(lanes);
        Span<int> message = stackalloc int[Width];
        Span<int> absorbed = stackalloc int[Width];
        message.Fill(Idle);
        absorbed.Clear();

        int begun = 0;
        for (int unfinished = digests.Length; unfinished > 0;)
        {
            for (int s = 0; s < Width; s++)
            {
                if (message[s] == Idle)
                {
                    if (begun == digests.Length) continue;
                    message[s] = begun++;
                    absorbed[s] = 0;
                }

                Absorb(words[s..], messages[message[s]][absorbed[s]..]);
                absorbed[s] += Keccak256.Rate;
            }

            KeccakPermutation<TLane, TBits>.Permute(lanes);
            for (int s = 0; s < Width; s++)
            {
                if (message[s] == Idle || absorbed[s] <= messages[message[s]].Length) continue;
                Squeeze(words[s..], MemoryMarshal.AsBytes(digests.Slice(message[s], 1)));
                message[s] = Idle;
                unfinished--;
            }
        }
    }

    /// <summary>XORs one block of the message into a sponge; the last one, which may be empty, with its padding.</summary>
    private static void Absorb(Span<ulong> sponge, ReadOnlySpan<byte> rest)
    {
        int whole = Math.Min(rest.Length, Keccak256.Rate) / sizeof(ulong);
        for (int i = 0; i < whole; i++) sponge[i * Width] ^= BinaryPrimitives.ReadUInt64LittleEndian(rest[(8 * i)..]);
        if (rest.Length >= Keccak256.Rate) return;

        ulong last = 1UL << (8 * (rest.Length & 7));
        for (int i = 8 * whole; i < rest.Length; i++) last |= (ulong)rest[i] << (8 * (i & 7));
        sponge[whole * Width] ^= last;
        sponge[((Keccak256.Rate / 8) - 1) * Width] ^= 1UL << 63;
    }

    /// <summary>Writes the digest and empties the sponge.</summary>
    private static void Squeeze(Span<ulong> sponge, Span<byte> digest)
    {
        for (int i = 0; i < DigestLanes; i++) BinaryPrimitives.WriteUInt64LittleEndian(digest[(8 * i)..], sponge[i * Width]);
        for (int i = 0; i < Keccak256.Lanes; i++) sponge[i * Width] = 0;
    }
}
