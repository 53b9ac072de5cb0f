using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

public sealed class EngineInboxTests
{
    private static readonly MessageReceived Question = new(new GetBlockMessage(Hash256.Zero), TestBench.PeerOf(1));

    [Fact]
    public void A_peer_that_fills_its_share_leaves_room_for_others()
    {
        EngineInbox inbox = new();
        int taken = 0;
        while (taken <= EngineInbox.Capacity && inbox.TryPostFromPeer(TestBench.PeerOf(1), Question, 40)) taken++;

        Assert.Equal(EngineInbox.CapacityOfPeer, taken);
        Assert.True(inbox.TryPostFromPeer(TestBench.PeerOf(2), Question, 40));
        Assert.Equal(1, inbox.Dropped);
    }

    [Fact]
    public async Task Large_messages_are_bounded_by_their_bytes_until_they_are_read()
    {
        EngineInbox inbox = new();
        for (int i = 0; i < 3; i++) Assert.True(inbox.TryPostFromPeer(TestBench.PeerOf(1), Question, MessageCodec.MaxBlockMessage));
        Assert.False(inbox.TryPostFromPeer(TestBench.PeerOf(1), Question, 1));

        await foreach (PorEvent read in inbox.ReadAllAsync(CancellationToken.None))
        {
            Assert.Same(Question, read);
            break;
        }

        Assert.True(inbox.TryPostFromPeer(TestBench.PeerOf(1), Question, 1));
    }
}
