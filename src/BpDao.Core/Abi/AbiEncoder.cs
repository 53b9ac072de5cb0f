using System.Numerics;
using System.Text;

namespace BpDao.Core.Abi;

/// <summary>Writes values in the layout of the contract ABI: heads, then tails.</summary>
public static class AbiEncoder
{
    private const int Word = 32;

    /// <summary>The values as one tuple without an offset in front: arguments, or results.</summary>
    /// <exception cref="ArgumentException">A value does not fit its type: a fault of the calling code.</exception>
    public static byte[] Encode(IReadOnlyList<AbiType> types, params ReadOnlySpan<object> values)
    {
        if (types.Count != values.Length) throw new ArgumentException($"{types.Count} types but {values.Length} values.", nameof(values));
        List<byte> output = new(Word * types.Count);
        WriteSequence(output, types, values);
        return [.. output];
    }

    private static void WriteSequence(List<byte> output, IReadOnlyList<AbiType> types, ReadOnlySpan<object> values)
    {
        int start = output.Count;
        int headLength = 0;
        foreach (AbiType type in types) headLength += Word * type.HeadWords;
        List<byte> tails = [];
        for (int i = 0; i < types.Count; i++)
        {
            if (!types[i].IsDynamic)
            {
                Write(output, types[i], values[i]);
                continue;
            }

            WriteWord(output, (ulong)(headLength + tails.Count));
            Write(tails, types[i], values[i]);
        }

        if (output.Count - start != headLength) throw new InvalidOperationException("The heads do not have the length their types say.");
        output.AddRange(tails);
    }

    private static void Write(List<byte> output, AbiType type, object value)
    {
        switch (type.Kind)
        {
            case AbiKind.UInt:
                UInt256 number = ToUInt256(value);
                if (number.BitLength > type.Size) throw Misfit(type, value);
                WriteWord(output, number);
                break;
            case AbiKind.Int:
                WriteWord(output, ToTwosComplement(type, value));
                break;
            case AbiKind.Address:
                Pad(output, Word - Address.Size);
                output.AddRange(value is Address address ? address.Bytes : throw Misfit(type, value));
                break;
            case AbiKind.Bool:
                WriteWord(output, value is bool flag ? (flag ? 1UL : 0UL) : throw Misfit(type, value));
                break;
            case AbiKind.FixedBytes:
                byte[] fixedBytes = ToBytes(type, value);
                if (fixedBytes.Length != type.Size) throw Misfit(type, value);
                output.AddRange(fixedBytes);
                Pad(output, Word - fixedBytes.Length);
                break;
            case AbiKind.Bytes:
                WriteBytes(output, ToBytes(type, value));
                break;
            case AbiKind.String:
                WriteBytes(output, Encoding.UTF8.GetBytes(value as string ?? throw Misfit(type, value)));
                break;
            case AbiKind.Array:
                WriteArray(output, type, value as Array ?? throw Misfit(type, value));
                break;
            default:
                object[] components = value as object[] ?? throw Misfit(type, value);
                if (components.Length != type.Components.Count) throw Misfit(type, value);
                WriteSequence(output, type.Components, components);
                break;
        }
    }

    private static void WriteArray(List<byte> output, AbiType type, Array values)
    {
        if (type.Length is { } length && length != values.Length) throw Misfit(type, values);
        if (type.Length is null) WriteWord(output, (ulong)values.Length);
        object[] boxed = new object[values.Length];
        for (int i = 0; i < boxed.Length; i++) boxed[i] = values.GetValue(i)!;
        AbiType[] types = new AbiType[boxed.Length];
        Array.Fill(types, type.Element);
        WriteSequence(output, types, boxed);
    }

    private static void WriteBytes(List<byte> output, byte[] bytes)
    {
        WriteWord(output, (ulong)bytes.Length);
        output.AddRange(bytes);
        Pad(output, (Word - (bytes.Length % Word)) % Word);
    }

    private static void WriteWord(List<byte> output, in UInt256 value)
    {
        Span<byte> word = stackalloc byte[Word];
        value.WriteBigEndian(word);
        output.AddRange(word);
    }

    private static void Pad(List<byte> output, int count)
    {
        for (int i = 0; i < count; i++) output.Add(0);
    }

    private static UInt256 ToUInt256(object value) => value switch
    {
        UInt256 wide => wide,
        ulong l => l,
        uint i => (ulong)i,
        ushort s => (ulong)s,
        byte b => (ulong)b,
        int i when i >= 0 => (ulong)i,
        Hash256 hash => UInt256.FromHash(hash),
        _ => throw new ArgumentException($"{value.GetType().Name} is not an unsigned number."),
    };

    private static UInt256 ToTwosComplement(AbiType type, object value)
    {
        BigInteger number = value switch
        {
            BigInteger big => big,
            long l => l,
            int i => i,
            _ => throw Misfit(type, value),
        };
        BigInteger half = BigInteger.One << (type.Size - 1);
        return number >= -half && number < half ? (UInt256)number : throw Misfit(type, value);
    }

    private static byte[] ToBytes(AbiType type, object value) => value switch
    {
        byte[] bytes => bytes,
        ReadOnlyMemory<byte> memory => memory.ToArray(),
        Hash256 hash => hash.ToArray(),
        _ => throw Misfit(type, value),
    };

    private static ArgumentException Misfit(AbiType type, object value) => new($"A {value.GetType().Name} does not fit {type}.");
}
