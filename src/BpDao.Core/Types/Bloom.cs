namespace BpDao.Core;

/// <summary>The 2048-bit log filter of a receipt or block (Yellow Paper §4.3.1).</summary>
public sealed class Bloom : IEquatable<Bloom>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 256;

    private readonly byte[] _bits;

    public Bloom() => _bits = new byte[Size];

    /// <summary>Copies exactly 256 bytes.</summary>
    public Bloom(ReadOnlySpan<byte> bits)
    {
        if (bits.Length != Size) throw new ArgumentException($"A bloom has {Size} bytes, not {bits.Length}.", nameof(bits));
        _bits = bits.ToArray();
    }

    /// <summary>A filter that nothing passes; never add to it.</summary>
    public static Bloom Empty { get; } = new();

    public ReadOnlySpan<byte> Bytes => _bits;

    /// <summary>The filter over the addresses and topics of these logs; never add to it.</summary>
    public static Bloom Of(IEnumerable<LogEntry> logs)
    {
        if (logs.TryGetNonEnumeratedCount(out int count) && count == 0) return Empty;
        Bloom bloom = new();
        foreach (LogEntry log in logs) bloom.Add(log);
        return bloom;
    }

    public void Add(LogEntry log)
    {
        Add(log.Address.Bytes);
        foreach (Hash256 topic in log.Topics) Add(topic.Bytes);
    }

    /// <summary>Joins another filter into this one.</summary>
    public void Add(Bloom other)
    {
        if (ReferenceEquals(other, Empty)) return;
        for (int i = 0; i < Size; i++) _bits[i] |= other._bits[i];
    }

    /// <summary>False: the address or topic is certainly not in; true: it may be.</summary>
    public bool MayContain(ReadOnlySpan<byte> item)
    {
        Hash256 hash = Keccak256.Hash(item);
        for (int i = 0; i < 6; i += 2)
        {
            (int index, byte mask) = Bit(hash.Bytes, i);
            if ((_bits[index] & mask) == 0) return false;
        }

        return true;
    }

    private void Add(ReadOnlySpan<byte> item)
    {
        Hash256 hash = Keccak256.Hash(item);
        for (int i = 0; i < 6; i += 2)
        {
            (int index, byte mask) = Bit(hash.Bytes, i);
            _bits[index] |= mask;
        }
    }

    private static (int Index, byte Mask) Bit(ReadOnlySpan<byte> hash, int at)
    {
        int bit = ((hash[at] << 8) | hash[at + 1]) & 2047;
        return (Size - 1 - (bit >> 3), (byte)(1 << (bit & 7)));
    }

    public bool Equals(Bloom? other) => other is not null && Bytes.SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => Equals(obj as Bloom);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(_bits);
        return hash.ToHashCode();
    }

    public override string ToString() => Hex.Encode(_bits);
}
