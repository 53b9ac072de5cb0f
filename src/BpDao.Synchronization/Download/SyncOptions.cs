using System.Globalization;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>What an operator chose; nothing here changes which block is valid.</summary>
public sealed record SyncOptions
{
    public SyncMode Mode { get; init; } = SyncMode.Full;

    /// <summary>A recent block that the operator knows to be on the right chain.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>Null: what the engine says. Zero: a head is never too old.</summary>
    public TimeSpan? TrustingPeriod { get; init; }

    /// <summary>This node's own consensus key; null when it only follows.</summary>
    public Address? Self { get; init; }
}

/// <summary>How an empty node comes to the head.</summary>
public enum SyncMode
{
    /// <summary>Every block is downloaded and executed.</summary>
    Full,

    /// <summary>Headers are proven, the state of a recent block is downloaded, and blocks are executed from there.</summary>
    Snap,
}

/// <summary>A block that is trusted by its number and hash (weak subjectivity).</summary>
public readonly record struct Checkpoint(ulong Number, Hash256 Hash)
{
    /// <summary><c>NUMBER:HASH</c>, e.g. <c>1234:0xab…</c>.</summary>
    public static bool TryParse(string text, out Checkpoint checkpoint)
    {
        checkpoint = default;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !ulong.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            || !Hash256.TryParse(text[(colon + 1)..], out Hash256 hash))
        {
            return false;
        }

        checkpoint = new Checkpoint(number, hash);
        return true;
    }

    public override string ToString() => $"{Number}:{Hash}";
}
