using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BpDao.Core.Abi;

/// <summary>What a type of the contract ABI is, apart from its size.</summary>
public enum AbiKind : byte
{
    UInt,
    Int,
    Address,
    Bool,
    FixedBytes,
    Bytes,
    String,
    Array,
    Tuple,
}

/// <summary>A type of the contract ABI, e.g. <c>uint64</c>, <c>(address,bytes)[]</c>.</summary>
/// <remarks>Values: <see cref="UInt256"/> for uint, <see cref="System.Numerics.BigInteger"/> for int, <see cref="Core.Address"/>,
/// <see cref="bool"/>, <see cref="byte"/>[] for bytes and bytesN, <see cref="string"/>, and <see cref="object"/>[] for arrays and tuples.</remarks>
public sealed record AbiType
{
    private AbiType(AbiKind kind, int size = 0, AbiType? element = null, int? length = null, IReadOnlyList<AbiType>? components = null)
    {
        Kind = kind;
        Size = size;
        Element = element;
        Length = length;
        Components = components ?? [];
        IsDynamic = kind switch
        {
            AbiKind.Bytes or AbiKind.String => true,
            AbiKind.Array => length is null || element!.IsDynamic,
            AbiKind.Tuple => Components.Any(c => c.IsDynamic),
            _ => false,
        };
        HeadWords = IsDynamic ? 1 : kind switch
        {
            AbiKind.Array => checked(element!.HeadWords * length!.Value),
            AbiKind.Tuple => Components.Sum(c => c.HeadWords),
            _ => 1,
        };
    }

    public AbiKind Kind { get; }

    /// <summary>Bits of uint and int, bytes of bytesN.</summary>
    public int Size { get; }

    /// <summary>Of an array.</summary>
    public AbiType? Element { get; }

    /// <summary>Of an array; null when it is part of the data.</summary>
    public int? Length { get; }

    /// <summary>Of a tuple.</summary>
    public IReadOnlyList<AbiType> Components { get; }

    /// <summary>Its place in the head is an offset.</summary>
    public bool IsDynamic { get; }

    /// <summary>Words of 32 bytes it takes in the head.</summary>
    public int HeadWords { get; }

    public static AbiType UInt(int bits) => new(AbiKind.UInt, bits);

    public static AbiType Int(int bits) => new(AbiKind.Int, bits);

    public static AbiType Address { get; } = new(AbiKind.Address);

    public static AbiType Bool { get; } = new(AbiKind.Bool);

    public static AbiType FixedBytes(int bytes) => new(AbiKind.FixedBytes, bytes);

    public static AbiType Bytes { get; } = new(AbiKind.Bytes);

    public static AbiType String { get; } = new(AbiKind.String);

    /// <param name="length">Null: any.</param>
    public static AbiType Array(AbiType element, int? length = null) => new(AbiKind.Array, element: element, length: length);

    public static AbiType Tuple(params IReadOnlyList<AbiType> components) => new(AbiKind.Tuple, components: components);

    /// <summary>Reads a canonical type name; <c>uint</c> and <c>int</c> mean 256 bits.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static AbiType Parse(string text) => TryParse(text, out AbiType? type) ? type : throw new FormatException($"'{text}' is not an ABI type.");

    public static bool TryParse(string text, [NotNullWhen(true)] out AbiType? type)
    {
        AbiTypeParser parser = new(text);
        type = parser.ReadType();
        return type is not null && parser.AtEnd;
    }

    /// <summary>The canonical name, as selectors hash it.</summary>
    public override string ToString() => Kind switch
    {
        AbiKind.UInt => "uint" + Size.ToString(CultureInfo.InvariantCulture),
        AbiKind.Int => "int" + Size.ToString(CultureInfo.InvariantCulture),
        AbiKind.Address => "address",
        AbiKind.Bool => "bool",
        AbiKind.FixedBytes => "bytes" + Size.ToString(CultureInfo.InvariantCulture),
        AbiKind.Bytes => "bytes",
        AbiKind.String => "string",
        AbiKind.Array => $"{Element}[{Length?.ToString(CultureInfo.InvariantCulture)}]",
        _ => $"({string.Join(',', Components)})",
    };
}
