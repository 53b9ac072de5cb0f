using System.Runtime.Intrinsics;

namespace BpDao.Core;

/// <summary>Keccak-256 of many messages at once: eight go through the permutation together with AVX-512, four with AVX2, one without.
/// The digests are those of <see cref="Keccak256"/>; nothing is allocated.</summary>
public static class KeccakBatch
{
    /// <summary>Hashes messages of one length that lie one behind the other.</summary>
    /// <param name="bytes">As many messages as there are digests.</param>
    /// <param name="length">Bytes of each message.</param>
    /// <param name="digests">The digest of each message, in their order.</param>
    /// <exception cref="ArgumentException">The bytes are not so many messages.</exception>
    public static void Hash(ReadOnlySpan<byte> bytes, int length, Span<Hash256> digests)
    {
        if (bytes.Length != (long)length * digests.Length)
        {
            throw new ArgumentException($"{bytes.Length} bytes are not {digests.Length} messages of {length}.", nameof(bytes));
        }

        HashAll(new EqualMessages(bytes, length), digests);
    }

    /// <summary>Hashes messages of any lengths that lie one behind the other.</summary>
    /// <param name="bytes">The messages.</param>
    /// <param name="ends">Where in <paramref name="bytes"/> each message ends and the next begins; never decreasing.</param>
    /// <param name="digests">The digest of each message, in their order.</param>
    /// <exception cref="ArgumentException">There are not as many digests as ends.</exception>
    public static void Hash(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> ends, Span<Hash256> digests)
    {
        if (ends.Length != digests.Length) throw new ArgumentException($"{ends.Length} messages have no {digests.Length} digests.", nameof(ends));
        HashAll(new AdjacentMessages(bytes, ends), digests);
    }

    private static void HashAll<TMessages>(TMessages messages, Span<Hash256> digests)
        where TMessages : IKeccakMessages, allows ref struct
    {
        // Alone in a wide state a message costs as much as many, and more than in a narrow one.
        if (digests.Length == 1) digests[0] = Keccak256.Hash(messages[0]);
        else if (Vector512.IsHardwareAccelerated) KeccakSponges<Vector512<ulong>, KeccakBits8>.Hash(messages, digests);
        else if (Vector256.IsHardwareAccelerated) KeccakSponges<Vector256<ulong>, KeccakBits4>.Hash(messages, digests);
        else KeccakSponges<ulong, KeccakBits1>.Hash(messages, digests);
    }
}
