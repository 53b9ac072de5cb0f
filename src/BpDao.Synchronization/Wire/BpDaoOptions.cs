namespace BpDao.Synchronization;

/// <summary>Budgets of bpdao/1 with one peer.</summary>
public sealed record BpDaoOptions
{
    /// <summary>From the session's begin to the peer's greeting.</summary>
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Messages that one peer may send in a second, and at once. A bench of 1,024 votes twice a block.</summary>
    public (long PerSecond, long Burst) Messages { get; init; } = (2_000, 10_000);

    /// <summary>Bytes of messages, likewise.</summary>
    public (long PerSecond, long Burst) Bytes { get; init; } = (16 * 1024 * 1024, 64 * 1024 * 1024);
}
