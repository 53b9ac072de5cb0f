namespace BpDao.Synchronization.Snap;

/// <summary>How much is served, and how a state is fetched. The defaults suit every node.</summary>
public sealed record SnapOptions
{
    /// <summary>State that one peer gets in a second, in bytes; four seconds' worth at once.</summary>
    public long ServedBytesPerSecond { get; init; } = 4L << 20;

    /// <summary>Requests of one peer that wait for their answer; more cost it points.</summary>
    public int QueuedRequests { get; init; } = 16;

    /// <summary>Peers that are served at the same moment.</summary>
    public int ServedTogether { get; init; } = 2;

    /// <summary>Answers are asked for in this size, in bytes.</summary>
    public int AnswerBytes { get; init; } = 512 << 10;

    /// <summary>Stretches of the accounts that are fetched side by side. A download goes on with the number it was begun with.</summary>
    public int Stretches { get; init; } = 8;

    /// <summary>Requests that one peer is asked at once.</summary>
    public int RequestsOfPeer { get; init; } = 2;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);
}
