using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BpDao.Core;

namespace BpDao.Evm;

/// <summary>Stack items: how they are written, and how they become big-endian bytes.</summary>
/// <remarks>Every item is written by one 32-byte store. Whoever reads it next, as a whole or limb by limb, gets it from the store buffer;
/// a 32-byte load behind four 8-byte stores would wait until all of them have reached the cache, which takes as long as five instructions.</remarks>
internal static unsafe class Word
{
    private static ReadOnlySpan<byte> OnesThenZeros =>
    [
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Load(UInt256* from) => Vector256.Load((ulong*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(UInt256* to, Vector256<ulong> value) => value.Store((ulong*)to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(UInt256* to, ulong value) => Set(to, Vector256.CreateScalar(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(UInt256* to, bool value) => Set(to, value ? 1UL : 0UL);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(UInt256* to, in UInt256 value) => Set(to, Vector256.Create(value.L0, value.L1, value.L2, value.L3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Swap(UInt256* a, UInt256* b)
    {
        Vector256<ulong> first = Load(a), second = Load(b);
        Set(a, second);
        Set(b, first);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(UInt256* sp)
    {
        Vector256<ulong> a = Load(sp), sum = a + Load(sp - 1);
        uint carries = Vector256.LessThan(sum, a).ExtractMostSignificantBits() & 7;
        if (carries == 0) Set(sp - 1, sum);
        else Set(sp - 1, sp[0] + sp[-1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Subtract(UInt256* sp)
    {
        Vector256<ulong> a = Load(sp), b = Load(sp - 1);
        uint borrows = Vector256.LessThan(a, b).ExtractMostSignificantBits() & 7;
        if (borrows == 0) Set(sp - 1, a - b);
        else Set(sp - 1, sp[0] - sp[-1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(UInt256* item) => Load(item) == Vector256<ulong>.Zero;

    /// <summary>Reads 32 big-endian bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Read(byte* from) => Reverse(Vector256.Load(from)).AsUInt64();

    /// <summary>Reads 1 to 32 big-endian bytes that end at <paramref name="end"/>; the 32 bytes before it are there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> ReadLow(byte* end, int count) =>
        Read(end - UInt256.Size) & Vector256.LoadUnsafe(in MemoryMarshal.GetReference(OnesThenZeros), (nuint)(UInt256.Size - count)).AsUInt64();

    /// <summary>Writes 32 big-endian bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(byte* to, UInt256* value) => Reverse(Vector256.Load((byte*)value)).Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Reverse(Vector256<byte> bytes) => Vector256.Shuffle(bytes, Vector256.Create(
        (byte)31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));

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
