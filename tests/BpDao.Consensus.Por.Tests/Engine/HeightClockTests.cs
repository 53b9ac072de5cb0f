using BpDao.Consensus.Por.Engine;
using BpDao.Core;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Engine;

public sealed class HeightClockTests
{
    private static readonly Hash256 First = Keccak256.Hash("first"u8), Second = Keccak256.Hash("second"u8);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Counts_from_the_earliest_time_of_the_block()
    {
        HeightClock clock = new(_time);
        clock.Begin(_time.GetUtcNow() + TimeSpan.FromMilliseconds(300));
        After(310, () => clock.Propose(First));
        After(20, () => clock.Judge(First));
        After(30, clock.Decide);
        After(40, () => Assert.Equal(new HeightTimes(-300) { Proposed = 10, Judged = 30, Decided = 60, Committed = 100 }, clock.End()));
    }

    [Fact]
    public void What_is_said_again_is_noted_once_and_a_later_proposal_takes_the_place()
    {
        HeightClock clock = new(_time);
        clock.Begin(_time.GetUtcNow());
        After(10, () => clock.Propose(First));
        After(10, () => clock.Propose(First));
        After(10, () => clock.Judge(First));
        Assert.Equal((10L, 30L), (clock.End().Proposed, clock.End().Judged));

        After(10, () => clock.Propose(Second));
        After(10, () => clock.Judge(First));
        Assert.Equal((40L, null), (clock.End().Proposed, clock.End().Judged));
    }

    [Fact]
    public void A_height_that_was_fetched_has_no_proposal()
    {
        HeightClock clock = new(_time);
        clock.Begin(_time.GetUtcNow());
        clock.Propose(First);
        clock.Begin(_time.GetUtcNow());
        After(5, clock.Decide);

        Assert.Equal(new HeightTimes(0) { Decided = 5, Committed = 5 }, clock.End());
    }

    private void After(int milliseconds, Action step)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        step();
    }
}
