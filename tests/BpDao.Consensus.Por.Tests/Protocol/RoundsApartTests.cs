using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>Voters that gave up different rounds meet again (rules T and TC; <see cref="StoryTests"/>), and nobody is led astray.</summary>
public sealed class RoundsApartTests
{
    private static readonly Bench Four = TestBench.Equal(4);

    [Fact]
    public void Who_leads_a_round_proposes_in_it_after_a_crash()
    {
        CrashableSafetyStore store = new();
        LocalNode node = new LocalNode(1, Four, store).Start();
        node.ReceiveTimeouts(0, null, 0, 2, 3).BlockTime();
        node.Safety!.VoteFirst(1, TestBench.Block(1, TestBench.GenesisHash, 1, 1, variant: 100), isValid: true, reason: 0);
        store.PowerCut();

        LocalNode again = new LocalNode(1, Four, store).Start();

        Assert.Contains(again.Spoken.OfType<Proposal>(), p => p.Round == 1 && p.Justification?.Round == 0);
    }

    [Fact]
    public void One_voter_of_a_later_round_pulls_nobody_along()
    {
        LocalNode node = new LocalNode(0, Four).Start().Expire();
        node.Look();

        node.ReceiveTimeouts(0, null, 1).ReceiveTimeouts(1, null, 3).Says();
    }
}
