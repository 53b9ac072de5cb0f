using CsCheck;
using Org.BouncyCastle.Crypto.Digests;
using Xunit;

namespace BpDao.Core.Tests;

public sealed class Keccak256Tests
{
    [Fact]
    public void Nothing_and_abc_hash_as_published()
    {
        Assert.Equal("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470", Keccak256.Hash([]).ToString());
        Assert.Equal("0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45", Keccak256.Hash("abc"u8).ToString());
        Assert.Equal(Keccak256.Hash([]), Keccak256.OfEmpty);
        Assert.Equal(Keccak256.Hash([0x80]), Account.EmptyTrieRoot);
        Assert.Equal(Keccak256.Hash([0xc0]), BlockHeader.EmptyOmmersHash);
    }

    [Fact]
    public void Agrees_with_another_implementation_at_every_length_up_to_four_blocks()
    {
        byte[] input = new byte[(4 * 136) + 1];
        for (int i = 0; i < input.Length; i++) input[i] = (byte)((i * 131) + 7);
        for (int length = 0; length <= input.Length; length++)
        {
            Assert.Equal(Oracle(input.AsSpan(0, length)), Keccak256.Hash(input.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Agrees_with_another_implementation_on_random_input() =>
        Gen.Byte.Array[0, 1500].Sample(input => Oracle(input) == Keccak256.Hash(input), iter: 1000);

    [Fact]
    public void Pieces_hash_as_the_whole_and_digests_in_between_change_nothing() =>
        Gen.Byte.Array[0, 300].List[0, 12].Sample(pieces =>
        {
            KeccakHasher hasher = default;
            List<byte> sofar = [];
            foreach (byte[] piece in pieces)
            {
                hasher.Update(piece);
                sofar.AddRange(piece);
                if (hasher.Digest() != Keccak256.Hash(sofar.ToArray())) return false;
            }

            return hasher.Digest() == Keccak256.Hash(sofar.ToArray());
        }, iter: 1000);

    [Fact]
    public void Single_bytes_hash_as_the_whole()
    {
        byte[] input = new byte[300];
        KeccakHasher hasher = default;
        for (int i = 0; i < input.Length; i++)
        {
            input[i] = (byte)(i * 7);
            hasher.Update(input.AsSpan(i, 1));
            Assert.Equal(Keccak256.Hash(input.AsSpan(0, i + 1)), hasher.Digest());
        }
    }

    [Fact]
    public void A_copy_is_a_fork_and_a_reset_forgets()
    {
        KeccakHasher first = default;
        first.Update("a"u8);
        KeccakHasher second = first;
        second.Update("b"u8);
        Assert.Equal(Keccak256.Hash("a"u8), first.Digest());
        Assert.Equal(Keccak256.Hash("ab"u8), second.Digest());
        second.Reset();
        Assert.Equal(Keccak256.OfEmpty, second.Digest());
    }

    private static Hash256 Oracle(ReadOnlySpan<byte> input)
    {
        KeccakDigest digest = new(256);
        digest.BlockUpdate(input);
        byte[] output = new byte[32];
        digest.DoFinal(output, 0);
        return new Hash256(output);
    }
}
