using System.Buffers.Binary;
using System.Security.Cryptography;
using BpDao.Core;

namespace BpDao.Blockchain.Archives;

/// <summary>What an era1 file commits to: the SSZ hash tree root of a list of at most 8192 records, each a block's hash and total
/// difficulty (eth-clients/e2store-format-specs, formats/era1.md; consensus-specs, ssz/simple-serialize.md, Merkleization).</summary>
internal sealed class EraAccumulator
{
    /// <summary>Blocks of one era.</summary>
    public const int Capacity = 8192;

    private const int Depth = 13; // 2^13 leaves

    private readonly List<byte[]> _leaves = [];

    public int Count => _leaves.Count;

    public void Add(in Hash256 blockHash, in UInt256 totalDifficulty)
    {
        byte[] record = new byte[2 * Hash256.Size];
        blockHash.Bytes.CopyTo(record);
        WriteLittleEndian(totalDifficulty, record.AsSpan(Hash256.Size));
        _leaves.Add(SHA256.HashData(record));
    }

    public Hash256 Root()
    {
        List<byte[]> level = [.. _leaves];
        byte[] empty = new byte[Hash256.Size]; // root of a subtree without records, on this level
        for (int i = 0; i < Depth; i++)
        {
            List<byte[]> above = [];
            for (int left = 0; left < level.Count; left += 2) above.Add(Join(level[left], left + 1 < level.Count ? level[left + 1] : empty));
            (level, empty) = (above, Join(empty, empty));
        }

        byte[] length = new byte[Hash256.Size];
        BinaryPrimitives.WriteInt32LittleEndian(length, Count);
        return new Hash256(Join(level.Count == 0 ? empty : level[0], length));
    }

    /// <summary>32 bytes, as era1 files have total difficulties.</summary>
    public static void WriteLittleEndian(in UInt256 value, Span<byte> destination)
    {
        value.WriteBigEndian(destination);
        destination[..Hash256.Size].Reverse();
    }

    public static UInt256 ReadLittleEndian(ReadOnlySpan<byte> word)
    {
        Span<byte> reversed = stackalloc byte[Hash256.Size];
        word.CopyTo(reversed);
        reversed.Reverse();
        return UInt256.FromBigEndian(reversed);
    }

    private static byte[] Join(byte[] left, byte[] right)
    {
        Span<byte> pair = stackalloc byte[2 * Hash256.Size];
        left.CopyTo(pair);
        right.CopyTo(pair[Hash256.Size..]);
        return SHA256.HashData(pair);
    }
}
