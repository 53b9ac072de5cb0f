using BpDao.Core;
using BpDao.State.Ranges;

namespace BpDao.Synchronization.Snap;

/// <summary>A stretch of the account hashes, and how far it was fetched.</summary>
internal sealed class Stretch
{
    /// <summary>Everything before it is there, as of some pivot; null when the stretch is.</summary>
    public Hash256? Next { get; set; }

    /// <summary>The last hash of the stretch.</summary>
    public required Hash256 Last { get; init; }

    /// <summary>An account whose storage is there up to a slot; it is the one at <see cref="Next"/>.</summary>
    public (Hash256 Owner, Hash256 Next)? Large { get; set; }
}

/// <summary>How far a download is: what lies beside the rows in the database. <c>[[next, last, owner, next slot], …]</c>, empty for null.</summary>
internal sealed class DownloadProgress
{
    private DownloadProgress(IReadOnlyList<Stretch> stretches) => Stretches = stretches;

    public IReadOnlyList<Stretch> Stretches { get; }

    /// <param name="stored">What <see cref="Encode"/> made; empty for a new download.</param>
    /// <param name="count">Stretches of a new one.</param>
    public static DownloadProgress Read(ReadOnlySpan<byte> stored, int count)
    {
        if (stored.IsEmpty) return new DownloadProgress([.. HashSpace.Cut(count).Select(s => new Stretch { Next = s.From, Last = s.To })]);
        List<Stretch> stretches = [];
        RlpReader outer = new(stored);
        bool ok = outer.TryReadList(out RlpReader list) && outer.AtEnd;
        while (ok && !list.AtEnd)
        {
            ok = list.TryReadList(out RlpReader r) & TryReadOptional(ref r, out Hash256? next) & r.TryReadHash(out Hash256 last)
                & TryReadOptional(ref r, out Hash256? owner) & TryReadOptional(ref r, out Hash256? slot) && r.AtEnd;
            stretches.Add(new Stretch { Next = next, Last = last, Large = owner is { } o && slot is { } s ? (o, s) : null });
        }

        return ok ? new DownloadProgress(stretches) : throw new State.StateCorruptException("The progress of a state download in the database is malformed.");
    }

    public byte[] Encode()
    {
        RlpWriter w = new();
        w.StartList();
        foreach (Stretch stretch in Stretches)
        {
            w.StartList();
            WriteOptional(w, stretch.Next);
            w.Write(stretch.Last);
            WriteOptional(w, stretch.Large?.Owner);
            WriteOptional(w, stretch.Large?.Next);
            w.EndList();
        }

        return w.EndList().ToArray();
    }

    private static void WriteOptional(RlpWriter w, Hash256? hash)
    {
        if (hash is { } some) w.Write(some);
        else w.Write(ReadOnlySpan<byte>.Empty);
    }

    private static bool TryReadOptional(ref RlpReader r, out Hash256? hash)
    {
        hash = null;
        if (!r.TryReadBytes(out ReadOnlySpan<byte> bytes) || bytes.Length is not (0 or Hash256.Size)) return false;
        if (!bytes.IsEmpty) hash = new Hash256(bytes);
        return true;
    }
}
