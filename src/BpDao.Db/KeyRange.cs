namespace BpDao.Db;

/// <summary>Keys from one bound, included, up to another, excluded; null is no bound. The default is everything.</summary>
public readonly record struct KeyRange(byte[]? From, byte[]? To)
{
    /// <summary>All keys that begin with <paramref name="prefix"/>.</summary>
    public static KeyRange Prefix(ReadOnlySpan<byte> prefix) => new(prefix.ToArray(), After(prefix));

    /// <summary>All keys that are at least <paramref name="from"/> and begin with its first <paramref name="prefixLength"/> bytes.</summary>
    public static KeyRange PrefixFrom(ReadOnlySpan<byte> from, int prefixLength) => new(from.ToArray(), After(from[..prefixLength]));

    /// <summary>True when the key lies within.</summary>
    public bool Contains(ReadOnlySpan<byte> key) =>
        (From is null || key.SequenceCompareTo(From) >= 0) && (To is null || key.SequenceCompareTo(To) < 0);

    /// <summary>The smallest key greater than every key with that prefix; none when the prefix is all 0xff.</summary>
    private static byte[]? After(ReadOnlySpan<byte> prefix)
    {
        int last = prefix.LastIndexOfAnyExcept((byte)0xff);
        if (last < 0) return null;
        byte[] after = prefix[..(last + 1)].ToArray();
        after[last]++;
        return after;
    }
}
