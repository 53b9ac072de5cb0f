using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BpDao.Core;

/// <summary>A 32-byte hash or other opaque word, in the order its bytes are written (big-endian when read as a number).</summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
public readonly struct Hash256 : IEquatable<Hash256>, IComparable<Hash256>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly ulong _a, _b, _c, _d;

    /// <summary>Copies exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">The span is not 32 bytes long.</exception>
    public Hash256(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size) throw new ArgumentException($"A hash has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        this = MemoryMarshal.Read<Hash256>(bytes);
    }

    /// <summary>Thirty-two zero bytes.</summary>
    public static Hash256 Zero => default;

    /// <summary>True for thirty-two zero bytes.</summary>
    public bool IsZero => (_a | _b | _c | _d) == 0;

    /// <summary>The bytes themselves, without a copy; valid as long as the variable they are taken from.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(new ReadOnlySpan<Hash256>(in this));

    /// <summary>A copy of the bytes.</summary>
    public byte[] ToArray() => Bytes.ToArray();

    /// <summary>Reads 64 hex digits, with or without <c>0x</c>.</summary>
    /// <exception cref="FormatException">The text is not that.</exception>
    public static Hash256 Parse(string text) =>
        TryParse(text, out Hash256 hash) ? hash : throw new FormatException($"'{text}' is not a 32-byte hex string.");

    /// <summary>Reads 64 hex digits, with or without <c>0x</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Hash256 hash)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bool ok = Hex.TryDecode(text, bytes);
        hash = ok ? new Hash256(bytes) : default;
        return ok;
    }

    public bool Equals(Hash256 other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    public override bool Equals(object? obj) => obj is Hash256 other && Equals(other);

    // Hashes are uniform already; preimages of a chosen prefix are not, so all words take part.
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c, _d);

    /// <summary>Orders as the bytes do, first byte first.</summary>
    public int CompareTo(Hash256 other) => Bytes.SequenceCompareTo(other.Bytes);

    public override string ToString() => Hex.Encode(Bytes);

    public static bool operator ==(Hash256 left, Hash256 right) => left.Equals(right);

    public static bool operator !=(Hash256 left, Hash256 right) => !left.Equals(right);

    public static bool operator <(Hash256 left, Hash256 right) => left.CompareTo(right) < 0;

    public static bool operator >(Hash256 left, Hash256 right) => left.CompareTo(right) > 0;

    public static bool operator <=(Hash256 left, Hash256 right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Hash256 left, Hash256 right) => left.CompareTo(right) >= 0;
}
