using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>The same code for any number of voters: who is enough differs, nothing else.</summary>
public sealed class EqualBehaviourTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 3)]
    [InlineData(7, 5)]
    public void Commits_with_the_first_quorum_and_not_a_vote_earlier(int voters, int quorum)
    {
        LocalNode leader = new LocalNode(0, TestBench.Equal(voters)).Start().BlockTime();
        Hash256 hash = ((Proposal)leader.Spoken[0]).Block.Hash;
        for (uint slot = 1; slot < quorum; slot++)
        {
            Assert.DoesNotContain(leader.Spoken, m => m is Vote { Kind: MessageKind.Vote2 });
            leader.ReceiveVotes(MessageKind.Vote1For, 0, hash, slot);
        }

        Assert.Contains(leader.Spoken, m => m is Vote { Kind: MessageKind.Vote2 });
        for (uint slot = 1; slot < quorum; slot++)
        {
            leader.SeesNo<Commit>();
            leader.ReceiveVotes(MessageKind.Vote2, 0, hash, slot);
        }

        Assert.Equal(quorum, leader.Sees<Commit>().Certificate.Signers.Count);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 3)]
    [InlineData(7, 5)]
    public void The_next_round_begins_with_a_quorum_of_timeouts(int voters, int quorum)
    {
        LocalNode node = new LocalNode(0, TestBench.Equal(voters)).Start().Expire();
        for (uint slot = 1; slot < quorum; slot++)
        {
            Assert.Equal(0u, node.Round);
            node.ReceiveTimeouts(0, null, slot);
        }

        Assert.Equal(1u, node.Round);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(7, 3)]
    public void The_least_blocking_weight_is_joined(int voters, int blocking)
    {
        LocalNode node = new LocalNode(0, TestBench.Equal(voters)).Start();
        for (uint slot = 1; slot <= blocking; slot++)
        {
            Assert.DoesNotContain(node.Spoken, m => m is TimeoutMessage);
            node.ReceiveTimeouts(0, null, slot);
        }

        Assert.Contains(node.Spoken, m => m is TimeoutMessage { Round: 0 });
    }
}
