using System.Globalization;

namespace BpDao.Core.Abi;

/// <summary>Reads type names and parameter lists from left to right.</summary>
internal ref struct AbiTypeParser(ReadOnlySpan<char> text)
{
    private const int MaxFixedLength = 1 << 16;

    private ReadOnlySpan<char> _rest = text;

    public readonly bool AtEnd => _rest.IsEmpty;

    public bool Skip(char c)
    {
        if (_rest.IsEmpty || _rest[0] != c) return false;
        _rest = _rest[1..];
        return true;
    }

    /// <summary>A word in front of a type's end, such as <c>indexed</c>.</summary>
    public bool SkipWord(string word)
    {
        ReadOnlySpan<char> trimmed = _rest.TrimStart(' ');
        if (!trimmed.StartsWith(word, StringComparison.Ordinal)) return false;
        _rest = trimmed[word.Length..];
        return true;
    }

    /// <summary>Letters, digits, <c>_</c> and <c>$</c>; empty when there is none.</summary>
    public string ReadName()
    {
        int length = 0;
        while (length < _rest.Length && (char.IsAsciiLetterOrDigit(_rest[length]) || _rest[length] is '_' or '$')) length++;
        string name = _rest[..length].ToString();
        _rest = _rest[length..];
        return name;
    }

    /// <summary>Null when no type stands here.</summary>
    public AbiType? ReadType()
    {
        AbiType? type;
        if (Skip('('))
        {
            List<AbiType>? components = ReadListToEnd(out _);
            type = components is null ? null : AbiType.Tuple(components);
        }
        else
        {
            type = ElementaryOf(ReadName());
        }

        while (type is not null && Skip('['))
        {
            string length = ReadName();
            if (!Skip(']')) return null;
            if (length.Length == 0)
            {
                type = AbiType.Array(type);
                continue;
            }

            if (!int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out int fixedLength) || fixedLength > MaxFixedLength) return null;
            type = AbiType.Array(type, fixedLength);
        }

        return type;
    }

    /// <summary>Types with commas between them up to the closing parenthesis; null when malformed.</summary>
    /// <param name="indexed">Which of them are followed by <c>indexed</c>.</param>
    public List<AbiType>? ReadListToEnd(out List<bool> indexed)
    {
        List<AbiType> types = [];
        indexed = [];
        if (Skip(')')) return types;
        do
        {
            if (ReadType() is not { } type) return null;
            types.Add(type);
            indexed.Add(SkipWord("indexed"));
        }
        while (Skip(','));
        return Skip(')') ? types : null;
    }

    private static AbiType? ElementaryOf(string name)
    {
        switch (name)
        {
            case "address": return AbiType.Address;
            case "bool": return AbiType.Bool;
            case "bytes": return AbiType.Bytes;
            case "string": return AbiType.String;
            case "uint": return AbiType.UInt(256);
            case "int": return AbiType.Int(256);
        }

        if (Sized(name, "uint") is { } u) return IsBitSize(u) ? AbiType.UInt(u) : null;
        if (Sized(name, "int") is { } i) return IsBitSize(i) ? AbiType.Int(i) : null;
        if (Sized(name, "bytes") is { } b) return b is > 0 and <= 32 ? AbiType.FixedBytes(b) : null;
        return null;
    }

    private static int? Sized(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : null;

    private static bool IsBitSize(int bits) => bits is > 0 and <= 256 && bits % 8 == 0;
}
