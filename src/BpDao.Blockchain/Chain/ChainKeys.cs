using System.Buffers.Binary;
using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>Keys of the chain's columns. Blocks are found by hash; numbers are big-endian, so that iteration goes up the chain.</summary>
internal static class ChainKeys
{
    /// <summary>In <c>Metadata</c>; the value is the head's hash.</summary>
    public static ReadOnlySpan<byte> Head => "chain-head"u8;

    /// <summary>In <c>Metadata</c>; the value is the genesis block's hash.</summary>
    public static ReadOnlySpan<byte> Genesis => "chain-genesis"u8;

    /// <summary>In <c>Metadata</c>; the value is the hash of the last final block. Absent while none is.</summary>
    public static ReadOnlySpan<byte> Finalized => "chain-finalized"u8;

    public static byte[] OfNumber(ulong number)
    {
        byte[] key = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(key, number);
        return key;
    }
}
