using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>What operators are told of the round that is going on.</summary>
public sealed class RoundViewTests
{
    private static readonly Block A = TestBench.Block(1, TestBench.GenesisHash, 0, 0);

    [Fact]
    public void It_follows_the_round_phase_by_phase()
    {
        LocalNode node = new LocalNode(1, TestBench.Of(0, 5, 4, 3, 2)).Start();
        Assert.Equal(new RoundView(RoundPhase.Proposal, 0, 0, 0, 0), node.View);
        node.Receive(TestBench.Proposal(1, 0, A, null, 0), 0);
        Assert.Equal(new RoundView(RoundPhase.FirstVote, 4, 0, 0, 0), node.View);
        node.ReceiveVotes(MessageKind.Vote1Against, 0, A.Hash, 3).ReceiveVotes(MessageKind.Vote1For, 0, A.Hash, 0, 2);
        Assert.Equal(new RoundView(RoundPhase.SecondVote, 12, 2, 4, 0), node.View);
        node.ReceiveVotes(MessageKind.Vote2, 0, A.Hash, 0, 2);
        Assert.Equal(new RoundView(RoundPhase.Commit, 12, 2, 12, 0), node.View);
    }

    [Fact]
    public void A_round_that_was_given_up_says_so_with_the_weight_behind_it()
    {
        LocalNode node = new LocalNode(1, TestBench.Of(0, 5, 4, 3, 2)).Start();
        node.Expire();
        Assert.Equal(new RoundView(RoundPhase.GivenUp, 0, 0, 0, 4), node.View);
        node.ReceiveTimeouts(0, null, 3);
        Assert.Equal(new RoundView(RoundPhase.GivenUp, 0, 0, 0, 6), node.View);
    }
}
