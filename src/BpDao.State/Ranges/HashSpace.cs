using BpDao.Core;

namespace BpDao.State.Ranges;

/// <summary>Hashes as positions in the order of the tries.</summary>
public static class HashSpace
{
    /// <summary>The last position.</summary>
    public static Hash256 End { get; } = new(Enumerable.Repeat((byte)0xff, Hash256.Size).ToArray());

    /// <summary>The position behind; null behind the last.</summary>
    public static Hash256? After(in Hash256 hash)
    {
        if (hash == End) return null;
        byte[] bytes = hash.ToArray();
        int i = Hash256.Size - 1;
        while (++bytes[i] == 0) i--;
        return new Hash256(bytes);
    }

    /// <summary>The position before; null before the first.</summary>
    public static Hash256? Before(in Hash256 hash)
    {
        if (hash.IsZero) return null;
        byte[] bytes = hash.ToArray();
        int i = Hash256.Size - 1;
        while (bytes[i]-- == 0) i--;
        return new Hash256(bytes);
    }

    /// <summary>Where the hashes that begin with these nibbles begin and end.</summary>
    public static (Hash256 From, Hash256 To) Below(ReadOnlySpan<byte> nibbles)
    {
        Span<byte> from = stackalloc byte[Hash256.Size], to = stackalloc byte[Hash256.Size];
        to.Fill(0xff);
        for (int i = 0; i < nibbles.Length; i++)
        {
            int shift = (i & 1) == 0 ? 4 : 0;
            from[i / 2] |= (byte)(nibbles[i] << shift);
            to[i / 2] = (byte)((to[i / 2] & ~(15 << shift)) | (nibbles[i] << shift));
        }

        return (new Hash256(from), new Hash256(to));
    }

    /// <summary>Cuts everything into so many stretches of about one length.</summary>
    /// <param name="count">From 1 to 256.</param>
    public static IReadOnlyList<(Hash256 From, Hash256 To)> Cut(int count)
    {
        List<(Hash256, Hash256)> stretches = [];
        for (int i = 0; i < count; i++)
        {
            Hash256 to = i == count - 1 ? End : Before(Start((i + 1) * 256 / count))!.Value;
            stretches.Add((Start(i * 256 / count), to));
        }

        return stretches;
    }

    private static Hash256 Start(int firstByte)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        bytes.Clear();
        bytes[0] = (byte)firstByte;
        return new Hash256(bytes);
    }
}
