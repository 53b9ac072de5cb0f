using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text;

namespace BpDao.Core.Abi;

/// <summary>Reads the layout of the contract ABI from bytes that anybody may have made. Wrong padding, offsets outside the data and
/// lengths that the data cannot hold are refused; overlapping tails cannot make the work grow beyond the data's size.</summary>
public static class AbiDecoder
{
    private const int Word = 32;

    /// <summary>Reads what <see cref="AbiEncoder.Encode"/> writes; bytes behind it are ignored, as contracts ignore them.</summary>
    public static bool TryDecode(IReadOnlyList<AbiType> types, ReadOnlySpan<byte> data, [NotNullWhen(true)] out object[]? values)
    {
        // Every value costs at least a word of honest data; twice that leaves room for empty arrays.
        int budget = 64 + (2 * data.Length / Word);
        return TryReadSequence(types, data, ref budget, out values);
    }

    private static bool TryReadSequence(
        IReadOnlyList<AbiType> types, ReadOnlySpan<byte> data, ref int budget, [NotNullWhen(true)] out object[]? values)
    {
        values = null;
        object[] read = new object[types.Count];
        int at = 0;
        for (int i = 0; i < read.Length; i++)
        {
            AbiType type = types[i];
            ReadOnlySpan<byte> place;
            if (type.IsDynamic)
            {
                if (!TryReadLength(data, at, out int offset) || offset > data.Length) return false;
                place = data[offset..];
            }
            else
            {
                if (data.Length - at < Word * type.HeadWords) return false;
                place = data[at..];
            }

            if (!TryRead(type, place, ref budget, out object? value)) return false;
            read[i] = value;
            at += Word * type.HeadWords;
        }

        values = read;
        return true;
    }

    private static bool TryRead(AbiType type, ReadOnlySpan<byte> data, ref int budget, [NotNullWhen(true)] out object? value)
    {
        value = null;
        if (--budget < 0) return false;
        switch (type.Kind)
        {
            case AbiKind.Bytes:
            case AbiKind.String:
                if (!TryReadLength(data, 0, out int length) || data.Length - Word < length) return false;
                ReadOnlySpan<byte> bytes = data.Slice(Word, length);
                value = type.Kind == AbiKind.Bytes ? bytes.ToArray() : Encoding.UTF8.GetString(bytes);
                return true;
            case AbiKind.Array:
                return TryReadArray(type, data, ref budget, out value);
            case AbiKind.Tuple:
                bool ok = TryReadSequence(type.Components, data, ref budget, out object[]? components);
                value = components;
                return ok;
            default:
                return data.Length >= Word && TryReadWord(type, data[..Word], out value);
        }
    }

    private static bool TryReadArray(AbiType type, ReadOnlySpan<byte> data, ref int budget, [NotNullWhen(true)] out object? value)
    {
        value = null;
        AbiType element = type.Element!;
        int length;
        if (type.Length is { } fixedLength)
        {
            length = fixedLength;
        }
        else
        {
            if (!TryReadLength(data, 0, out length)) return false;
            data = data[Word..];
        }

        if (length > budget || (long)length * Math.Max(1, element.HeadWords) * Word > data.Length) return false;
        AbiType[] types = new AbiType[length];
        Array.Fill(types, element);
        bool ok = TryReadSequence(types, data, ref budget, out object[]? values);
        value = values;
        return ok;
    }

    private static bool TryReadWord(AbiType type, ReadOnlySpan<byte> word, [NotNullWhen(true)] out object? value)
    {
        UInt256 number = UInt256.FromBigEndian(word);
        value = null;
        switch (type.Kind)
        {
            case AbiKind.UInt when number.BitLength <= type.Size:
                value = number;
                break;
            case AbiKind.Int:
                BigInteger signed = new(word, isUnsigned: false, isBigEndian: true);
                BigInteger half = BigInteger.One << (type.Size - 1);
                if (signed >= -half && signed < half) value = signed;
                break;
            case AbiKind.Address when number.BitLength <= 8 * Address.Size:
                value = new Address(word[(Word - Address.Size)..]);
                break;
            case AbiKind.Bool when number.BitLength <= 1:
                value = number.IsOne;
                break;
            case AbiKind.FixedBytes when !word[type.Size..].ContainsAnyExcept((byte)0):
                value = word[..type.Size].ToArray();
                break;
        }

        return value is not null;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> data, int at, out int length)
    {
        length = 0;
        if (data.Length - at < Word) return false;
        UInt256 number = UInt256.FromBigEndian(data.Slice(at, Word));
        if (number.BitLength > 31) return false;
        length = (int)number.L0;
        return true;
    }
}
