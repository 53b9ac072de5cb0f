using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BpDao.Core;

/// <summary>A 20-byte account address, in the order its bytes are written.</summary>
[StructLayout(LayoutKind.Sequential, Size = Size, Pack = 4)]
public readonly struct Address : IEquatable<Address>, IComparable<Address>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 20;

    private readonly uint _a, _b, _c, _d, _e;

    /// <summary>Copies exactly 20 bytes.</summary>
    /// <exception cref="ArgumentException">The span is not 20 bytes long.</exception>
    public Address(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size) throw new ArgumentException($"An address has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        this = MemoryMarshal.Read<Address>(bytes);
    }

    /// <summary>Twenty zero bytes.</summary>
    public static Address Zero => default;

    /// <summary>True for twenty zero bytes.</summary>
    public bool IsZero => (_a | _b | _c | _d | _e) == 0;

    /// <summary>The bytes themselves, without a copy; valid as long as the variable they are taken from.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(new ReadOnlySpan<Address>(in this));

    /// <summary>The address whose number is <paramref name="number"/>: precompiles and system contracts are named so.</summary>
    public static Address FromNumber(uint number)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], number);
        return new Address(bytes);
    }

    /// <summary>A copy of the bytes.</summary>
    public byte[] ToArray() => Bytes.ToArray();

    /// <summary>Reads 40 hex digits, with or without <c>0x</c>.</summary>
    /// <exception cref="FormatException">The text is not that.</exception>
    public static Address Parse(string text) =>
        TryParse(text, out Address address) ? address : throw new FormatException($"'{text}' is not a 20-byte hex string.");

    /// <summary>Reads 40 hex digits, with or without <c>0x</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Address address)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bool ok = Hex.TryDecode(text, bytes);
        address = ok ? new Address(bytes) : default;
        return ok;
    }

    public bool Equals(Address other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d && _e == other._e;

    public override bool Equals(object? obj) => obj is Address other && Equals(other);

    // Addresses can be ground for a prefix, so all words take part.
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c, _d, _e);

    /// <summary>Orders as the bytes do, first byte first.</summary>
    public int CompareTo(Address other) => Bytes.SequenceCompareTo(other.Bytes);

    public override string ToString() => Hex.Encode(Bytes);

    public static bool operator ==(Address left, Address right) => left.Equals(right);

    public static bool operator !=(Address left, Address right) => !left.Equals(right);

    public static bool operator <(Address left, Address right) => left.CompareTo(right) < 0;

    public static bool operator >(Address left, Address right) => left.CompareTo(right) > 0;

    public static bool operator <=(Address left, Address right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Address left, Address right) => left.CompareTo(right) >= 0;
}
