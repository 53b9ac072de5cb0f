using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace BpDao.Core;

/// <summary>A 256-bit unsigned integer whose arithmetic wraps, as in the EVM.</summary>
/// <remarks>The four limbs lie in memory in the order of their names; division reads them so.</remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly partial struct UInt256 : IEquatable<UInt256>, IComparable<UInt256>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    /// <summary>The limbs, least significant first.</summary>
    public readonly ulong L0, L1, L2, L3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public UInt256(ulong l0, ulong l1, ulong l2, ulong l3)
    {
        L0 = l0;
        L1 = l1;
        L2 = l2;
        L3 = l3;
    }

    private static readonly ulong HashSeed0 = RandomSeed(), HashSeed1 = RandomSeed();

    public static UInt256 Zero => default;

    public static UInt256 One => new(1, 0, 0, 0);

    public static UInt256 MaxValue => new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    public bool IsZero => (L0 | L1 | L2 | L3) == 0;

    public bool IsOne => L0 == 1 && (L1 | L2 | L3) == 0;

    /// <summary>True when the value fits in 64 bits.</summary>
    public bool IsUInt64 => (L1 | L2 | L3) == 0;

    /// <summary>Reads up to 32 big-endian bytes; shorter input is the low end.</summary>
    public static UInt256 FromBigEndian(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Size) throw new ArgumentException($"At most {Size} bytes, not {bytes.Length}.", nameof(bytes));
        if (bytes.Length == Size) return ReadWord(bytes);
        Span<byte> word = stackalloc byte[Size];
        word.Clear();
        bytes.CopyTo(word[(Size - bytes.Length)..]);
        return ReadWord(word);
    }

    private static UInt256 ReadWord(ReadOnlySpan<byte> word) => new(
        BinaryPrimitives.ReadUInt64BigEndian(word[24..]),
        BinaryPrimitives.ReadUInt64BigEndian(word[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(word[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(word));

    /// <summary>Writes 32 big-endian bytes.</summary>
    public void WriteBigEndian(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], L0);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], L1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], L2);
        BinaryPrimitives.WriteUInt64BigEndian(destination, L3);
    }

    /// <summary>Thirty-two big-endian bytes.</summary>
    public byte[] ToBigEndian()
    {
        byte[] bytes = new byte[Size];
        WriteBigEndian(bytes);
        return bytes;
    }

    public static UInt256 FromHash(in Hash256 hash) => ReadWord(hash.Bytes);

    public Hash256 ToHash()
    {
        Span<byte> bytes = stackalloc byte[Size];
        WriteBigEndian(bytes);
        return new Hash256(bytes);
    }

    public static implicit operator UInt256(ulong value) => new(value, 0, 0, 0);

    /// <exception cref="OverflowException">The value does not fit.</exception>
    public static explicit operator ulong(in UInt256 value) =>
        value.IsUInt64 ? value.L0 : throw new OverflowException("The value does not fit in 64 bits.");

    public static explicit operator BigInteger(in UInt256 value)
    {
        Span<byte> bytes = stackalloc byte[Size];
        value.WriteBigEndian(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    /// <summary>The value modulo 2^256, two's complement for negative numbers.</summary>
    public static explicit operator UInt256(BigInteger value)
    {
        BigInteger wrapped = value & ((BigInteger.One << 256) - 1);
        return FromBigEndian(wrapped.ToByteArray(isUnsigned: true, isBigEndian: true));
    }

    /// <summary>Decimal digits, or hex after <c>0x</c>.</summary>
    /// <exception cref="FormatException">Neither, or too large.</exception>
    public static UInt256 Parse(string text) =>
        TryParse(text, out UInt256 value) ? value : throw new FormatException($"'{text}' is not a 256-bit number.");

    /// <summary>Decimal digits, or hex after <c>0x</c>; leading zeros are allowed, signs and blanks are not.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out UInt256 value)
    {
        value = default;
        if (string.IsNullOrEmpty(text)) return false;
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (hex && text.Length == 2) return false;
        BigInteger parsed;
        bool ok = hex
            ? BigInteger.TryParse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out parsed)
            : BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out parsed);
        if (!ok || parsed.GetBitLength() > 256) return false;
        value = (UInt256)parsed;
        return true;
    }

    public bool Equals(UInt256 other) => this == other;

    public override bool Equals(object? obj) => obj is UInt256 other && Equals(other);

    /// <summary>Seeded in every process: contracts choose the keys of tables and must not be able to make them meet. (HashCode.Combine folds
    /// each limb to 32 bits before it mixes, which anyone can do backwards.)</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override int GetHashCode()
    {
        ulong high = Math.BigMul(L0 ^ HashSeed0, L1 ^ HashSeed1, out ulong low);
        ulong high2 = Math.BigMul(L2 ^ HashSeed1 ^ low, L3 ^ HashSeed0 ^ high, out ulong low2);
        ulong mixed = high2 ^ low2 ^ BitOperations.RotateLeft(high, 29);
        return (int)(mixed ^ (mixed >> 32));
    }

    public int CompareTo(UInt256 other) => this < other ? -1 : this == other ? 0 : 1;

    /// <summary>Decimal digits.</summary>
    public override string ToString() => ((BigInteger)this).ToString(CultureInfo.InvariantCulture);

    /// <summary>A JSON-RPC quantity: <c>0x</c> and hex without leading zeros.</summary>
    public string ToHexQuantity()
    {
        if (IsZero) return "0x0";
        Span<byte> bytes = stackalloc byte[Size];
        WriteBigEndian(bytes);
        return "0x" + Convert.ToHexStringLower(bytes).TrimStart('0');
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool operator ==(in UInt256 left, in UInt256 right) =>
        ((left.L0 ^ right.L0) | (left.L1 ^ right.L1) | (left.L2 ^ right.L2) | (left.L3 ^ right.L3)) == 0;

    public static bool operator !=(in UInt256 left, in UInt256 right) => !(left == right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool operator <(in UInt256 left, in UInt256 right) =>
        left.L3 != right.L3 ? left.L3 < right.L3
        : left.L2 != right.L2 ? left.L2 < right.L2
        : left.L1 != right.L1 ? left.L1 < right.L1
        : left.L0 < right.L0;

    public static bool operator >(in UInt256 left, in UInt256 right) => right < left;

    public static bool operator <=(in UInt256 left, in UInt256 right) => !(right < left);

    public static bool operator >=(in UInt256 left, in UInt256 right) => !(left < right);

    public static UInt256 Min(in UInt256 left, in UInt256 right) => left < right ? left : right;

    public static UInt256 Max(in UInt256 left, in UInt256 right) => left < right ? right : left;

    private static ulong RandomSeed() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;
}
