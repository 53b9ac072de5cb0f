using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BpDao.Core;

namespace BpDao.Evm;

/// <summary>Big-endian bytes to stack items and back.</summary>
internal static unsafe class Word
{
    /// <summary>Reads 32 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt256 Read(byte* from) => new(Limb(from + 24), Limb(from + 16), Limb(from + 8), Limb(from));

    /// <summary>Writes 32 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(byte* to, in UInt256 value)
    {
        ulong l0 = value.L0, l1 = value.L1, l2 = value.L2, l3 = value.L3;
        Unsafe.WriteUnaligned(to, BinaryPrimitives.ReverseEndianness(l3));
        Unsafe.WriteUnaligned(to + 8, BinaryPrimitives.ReverseEndianness(l2));
        Unsafe.WriteUnaligned(to + 16, BinaryPrimitives.ReverseEndianness(l1));
        Unsafe.WriteUnaligned(to + 24, BinaryPrimitives.ReverseEndianness(l0));
    }

    /// <summary>Eight big-endian bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Limb(byte* from) => BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(from));

    /// <summary>The low 20 bytes of an item.</summary>
    public static Address ToAddress(in UInt256 value)
    {
        Span<byte> bytes = stackalloc byte[24];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value.L2);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], value.L1);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], value.L0);
        return MemoryMarshal.Read<Address>(bytes[4..]);
    }

    public static UInt256 Of(in Address address)
    {
        ReadOnlySpan<byte> bytes = address.Bytes;
        return new UInt256(
            BinaryPrimitives.ReadUInt64BigEndian(bytes[12..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes),
            0);
    }
}
