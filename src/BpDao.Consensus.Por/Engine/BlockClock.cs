using BpDao.Consensus.Por.Epochs;
using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Times of blocks against this node's clock (protocol rule 2.6).</summary>
internal sealed class BlockClock(TimeProvider time)
{
    /// <summary>A block this far ahead of the clock gets no vote yet; seconds.</summary>
    public const ulong MaxAhead = 2;

    // 31 December 9999, the last that DateTimeOffset can hold.
    private const ulong MaxUnixSeconds = 253_402_300_799;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The earliest time that the block of this height may have.</summary>
    public static DateTimeOffset EarliestOf(PorChainView view) => Of(view.Parent.Timestamp + view.Context.MinBlockInterval);

    /// <summary>How long until the block of this height may have its time; zero when it may already.</summary>
    public TimeSpan UntilDue(PorChainView view)
    {
        TimeSpan wait = EarliestOf(view) - Now;
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    /// <summary>How long until a vote on the block is allowed; not positive when it is already.</summary>
    public TimeSpan UntilJudged(Block block) => Of(block.Header.Timestamp) - Now - TimeSpan.FromSeconds((long)MaxAhead);

    private static DateTimeOffset Of(ulong unixSeconds) => DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(unixSeconds, MaxUnixSeconds));
}
