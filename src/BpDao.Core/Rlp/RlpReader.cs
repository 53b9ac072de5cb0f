namespace BpDao.Core;

/// <summary>Reads canonical RLP. Every <c>Try…</c> is false on malformed, non-canonical or unexpected input and never throws,
/// so bytes from a peer can be read as they come.</summary>
public ref struct RlpReader(ReadOnlySpan<byte> input)
{
    private ReadOnlySpan<byte> _rest = input;

    /// <summary>Nothing is left.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>What has not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>The next item is a list.</summary>
    public readonly bool IsList => !_rest.IsEmpty && _rest[0] >= 0xc0;

    /// <summary>Opens the next item, which must be a list, and steps over it; the content is read from <paramref name="content"/>.</summary>
    public bool TryReadList(out RlpReader content)
    {
        bool ok = TryReadItem(out bool isList, out ReadOnlySpan<byte> payload, out _) && isList;
        content = new RlpReader(ok ? payload : default);
        return ok;
    }

    /// <summary>The next item, which must be a string.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> bytes) => TryReadItem(out bool isList, out bytes, out _) && !isList;

    /// <summary>The next item, which must be a string of at most <paramref name="maxLength"/> bytes, copied.</summary>
    public bool TryReadBytes(int maxLength, out byte[] bytes)
    {
        bool ok = TryReadBytes(out ReadOnlySpan<byte> span) && span.Length <= maxLength;
        bytes = ok ? span.ToArray() : [];
        return ok;
    }

    /// <summary>The next item whatever it is, with its header.</summary>
    public bool TryReadRaw(out ReadOnlySpan<byte> encoded) => TryReadItem(out _, out _, out encoded);

    /// <summary>A scalar of at most 8 bytes without leading zeros.</summary>
    public bool TryReadUInt64(out ulong value)
    {
        value = 0;
        if (!TryReadBytes(out ReadOnlySpan<byte> bytes) || bytes.Length > sizeof(ulong) || (bytes.Length > 0 && bytes[0] == 0)) return false;
        foreach (byte b in bytes) value = (value << 8) | b;
        return true;
    }

    /// <summary>A scalar of at most 32 bytes without leading zeros.</summary>
    public bool TryReadUInt256(out UInt256 value)
    {
        value = default;
        if (!TryReadBytes(out ReadOnlySpan<byte> bytes) || bytes.Length > 32 || (bytes.Length > 0 && bytes[0] == 0)) return false;
        value = UInt256.FromBigEndian(bytes);
        return true;
    }

    public bool TryReadHash(out Hash256 hash)
    {
        bool ok = TryReadBytes(out ReadOnlySpan<byte> bytes) && bytes.Length == Hash256.Size;
        hash = ok ? new Hash256(bytes) : default;
        return ok;
    }

    public bool TryReadAddress(out Address address)
    {
        bool ok = TryReadBytes(out ReadOnlySpan<byte> bytes) && bytes.Length == Address.Size;
        address = ok ? new Address(bytes) : default;
        return ok;
    }

    /// <summary>An address, or null for an empty string.</summary>
    public bool TryReadOptionalAddress(out Address? address)
    {
        address = null;
        if (!TryReadBytes(out ReadOnlySpan<byte> bytes) || bytes.Length is not (0 or Address.Size)) return false;
        if (bytes.Length != 0) address = new Address(bytes);
        return true;
    }

    private bool TryReadItem(out bool isList, out ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> encoded)
    {
        isList = false;
        payload = encoded = default;
        if (_rest.IsEmpty) return false;

        int first = _rest[0];
        isList = first >= 0xc0;
        int header, length;
        if (first < 0x80)
        {
            (header, length) = (0, 1);
        }
        else
        {
            int shortLength = first - (isList ? 0xc0 : 0x80);
            if (shortLength <= 55)
            {
                (header, length) = (1, shortLength);
            }
            else
            {
                int bytes = shortLength - 55;
                // Four bytes of length reach 4 GiB; nothing that is read here is larger.
                if (bytes > 4 || _rest.Length < 1 + bytes || _rest[1] == 0) return false;
                uint wide = 0;
                for (int i = 1; i <= bytes; i++) wide = (wide << 8) | _rest[i];
                if (wide is <= 55 or > int.MaxValue - 8) return false;
                (header, length) = (1 + bytes, (int)wide);
            }
        }

        if (_rest.Length - header < length) return false;
        payload = _rest.Slice(header, length);
        if (!isList && header == 1 && length == 1 && payload[0] < 0x80) return false; // must be its own encoding
        encoded = _rest[..(header + length)];
        _rest = _rest[(header + length)..];
        return true;
    }
}
