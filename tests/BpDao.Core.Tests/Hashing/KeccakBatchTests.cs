using System.Runtime.Intrinsics;
using CsCheck;
using Xunit;

namespace BpDao.Core.Tests;

/// <summary>Every width is tried on every machine: where the processor lacks the vectors, the runtime does them in pieces.</summary>
public sealed class KeccakBatchTests
{
    public static TheoryData<int> Widths => [1, 4, 8];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Every_length_hashes_as_alone(int width)
    {
        byte[][] messages = [.. Enumerable.Range(0, 701).Select(length => Enumerable.Range(0, length).Select(i => (byte)((i * 131) + length)).ToArray())];
        AssertAsAlone(width, messages);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Random_batches_hash_as_alone(int width) =>
        Gen.Byte.Array[0, 600].Array[0, 40].Sample(messages => AssertAsAlone(width, messages), iter: 300);

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_long_message_among_short_ones_hashes_as_alone(int width)
    {
        byte[][] messages = [.. Enumerable.Range(0, 20).Select(i => new byte[i == 3 ? 24_576 : i])];
        AssertAsAlone(width, messages);
    }

    [Fact]
    public void Messages_of_one_length_hash_as_alone()
    {
        for (int length = 0; length < 300; length += 7)
        {
            for (int count = 0; count < 20; count++)
            {
                byte[] bytes = [.. Enumerable.Range(0, length * count).Select(i => (byte)(i * 31))];
                Hash256[] digests = new Hash256[count];
                KeccakBatch.Hash(bytes, length, digests);
                for (int i = 0; i < count; i++) Assert.Equal(Keccak256.Hash(bytes.AsSpan(i * length, length)), digests[i]);
            }
        }
    }

    [Fact]
    public void Digests_that_do_not_fit_the_messages_are_refused()
    {
        Assert.Throws<ArgumentException>(() => KeccakBatch.Hash(new byte[64], 32, new Hash256[3]));
        Assert.Throws<ArgumentException>(() => KeccakBatch.Hash(new byte[64], [32, 64], new Hash256[1]));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        byte[] bytes = new byte[10 * 100];
        int[] ends = [.. Enumerable.Range(1, 10).Select(i => 100 * i)];
        Hash256[] digests = new Hash256[10];
        KeccakBatch.Hash(bytes, ends, digests);
        long before = GC.GetAllocatedBytesForCurrentThread();
        KeccakBatch.Hash(bytes, ends, digests);
        KeccakBatch.Hash(bytes, 100, digests);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void AssertAsAlone(int width, byte[][] messages)
    {
        byte[] bytes = [.. messages.SelectMany(m => m)];
        int[] ends = new int[messages.Length];
        for (int i = 0, end = 0; i < ends.Length; i++) ends[i] = end += messages[i].Length;

        Hash256[] expected = Array.ConvertAll(messages, m => Keccak256.Hash(m));
        Hash256[] digests = new Hash256[messages.Length];
        KeccakBatch.Hash(bytes, ends, digests);
        Assert.Equal(expected, digests);

        Array.Clear(digests);
        AdjacentMessages adjacent = new(bytes, ends);
        switch (width)
        {
            case 1:
                KeccakSponges<ulong, KeccakBits1>.Hash(adjacent, digests);
                break;
            case 4:
                KeccakSponges<Vector256<ulong>, KeccakBits4>.Hash(adjacent, digests);
                break;
            default:
                KeccakSponges<Vector512<ulong>, KeccakBits8>.Hash(adjacent, digests);
                break;
        }

        Assert.Equal(expected, digests);
    }
}
