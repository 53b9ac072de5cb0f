namespace BpDao.Synchronization;

/// <summary>Times and budgets of the eth protocol.</summary>
public sealed record EthOptions
{
    /// <summary>From the session's begin to the peer's status.</summary>
    public TimeSpan StatusTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From a question to its answer.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How long transactions are gathered before they are sent together.</summary>
    public TimeSpan GossipDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long an announced transaction is given to come by itself before it is asked for.</summary>
    public TimeSpan FetchDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest transaction that is asked for, in bytes.</summary>
    public int MaxTransactionBytes { get; init; } = 128 * 1024;

    /// <summary>Bytes of answers that one peer gets in a second; it is served later when it asks for more.</summary>
    public long ServedBytesPerSecond { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bytes of answers that one peer gets at once.</summary>
    public long ServedBurstBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Questions of one peer that wait to be served; more are not answered.</summary>
    public int WaitingQuestions { get; init; } = 16;

    /// <summary>Questions of all peers that are served at one time.</summary>
    public int ServedAtOnce { get; init; } = 2;

    /// <summary>Messages that one peer may send in a second, and at once.</summary>
    public (long PerSecond, long Burst) Messages { get; init; } = (500, 5_000);

    /// <summary>Bytes of messages, likewise.</summary>
    public (long PerSecond, long Burst) Bytes { get; init; } = (16 * 1024 * 1024, 64 * 1024 * 1024);

    /// <summary>Blocks between two updates of the range that is served (eth/69).</summary>
    public ulong RangeUpdateBlocks { get; init; } = 32;
}
