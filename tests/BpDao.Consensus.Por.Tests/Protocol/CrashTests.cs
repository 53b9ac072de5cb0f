using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>Power fails in front of, or behind, every write of two rounds; then the node meets a world that would make a forgetful one contradict
/// itself (protocol rule 4.6).</summary>
public sealed class CrashTests
{
    private static readonly Bench Four = TestBench.Equal(4);
    private static readonly Block A = TestBench.Block(1, TestBench.GenesisHash, 0, 0);
    private static readonly Block B = TestBench.Block(1, TestBench.GenesisHash, 0, 0, variant: 1);

    // Slot 1 votes on A in round 0, gives up, leads round 1, votes, gives up again, and sees the first block committed by the others in round 2.
    private static readonly Action<LocalNode>[] Life =
    [
        n => n.Receive(TestBench.Proposal(1, 0, A, null, 0), 0),
        n => n.ReceiveVotes(MessageKind.Vote1For, 0, A.Hash, 0, 2),
        n => n.Expire(),
        n => n.ReceiveTimeouts(0, null, 2, 3),
        n => n.BlockTime(),
        n => n.Expire(),
        n => n.ReceiveTimeouts(1, null, 2, 3),
        n => n.Receive(TestBench.Proposal(1, 2, TestBench.Block(1, TestBench.GenesisHash, 2, 2), GaveUp(1), 2), 2),
    ];

    // The rival block of round 0 with its votes, all rounds given up without a claim, a leader's turn with another block at hand.
    private static readonly Action<LocalNode>[] Temptations =
    [
        n => n.Receive(TestBench.Proposal(1, 0, B, null, 0), 0),
        n => n.ReceiveVotes(MessageKind.Vote1For, 0, B.Hash, 0, 2, 3),
        n => n.Expire(),
        n => n.ReceiveTimeouts(0, null, 0, 2, 3),
        n => n.Do(new BlockBuilt(1, 1, TestBench.Block(1, TestBench.GenesisHash, 1, 1, variant: 7))),
        n => n.BlockTime(),
        n => n.Expire(),
        n => n.ReceiveTimeouts(1, null, 0, 2, 3),
        n => n.Receive(TestBench.Proposal(1, 2, TestBench.Block(1, TestBench.GenesisHash, 2, 2, variant: 3), GaveUp(1), 2), 2),
        n => n.Expire(),
    ];

    [Fact]
    public void No_power_cut_at_any_write_makes_the_node_contradict_itself()
    {
        int writes = WritesOfALife();
        Assert.True(writes >= 5, $"only {writes} writes: this life is too quiet");
        for (int at = 0; at < writes; at++)
        {
            foreach (bool behind in (bool[])[false, true])
            {
                string? found = ContradictionAfterCut(at, behind, syncs: true);
                Assert.True(found is null, $"power cut {(behind ? "behind" : "in front of")} write {at}: {found}");
            }
        }
    }

    /// <summary>The negative control: with the sync removed the same test must fail.</summary>
    [Fact]
    public void Without_the_sync_some_power_cut_makes_it_contradict_itself()
    {
        int writes = WritesOfALife();
        Assert.Contains(Enumerable.Range(0, writes), at => ContradictionAfterCut(at, behind: true, syncs: false) is not null);
    }

    [Fact]
    public void After_a_power_cut_of_all_the_block_behind_a_QC1_is_still_there()
    {
        CrashableSafetyStore store = new();
        LocalNode node = new LocalNode(1, Four, store).Start();
        node.Receive(TestBench.Proposal(1, 0, A, null, 0), 0).ReceiveVotes(MessageKind.Vote1For, 0, A.Hash, 0, 2);
        store.PowerCut();
        LocalNode again = new LocalNode(1, Four, store).Start();
        again.Receive(new GetBlockMessage(A.Hash), 3);
        Assert.Contains(again.Look(), e => e is Send { Message: BlockMessage m } && m.Block == A);
        Assert.Equal(A, again.ReceiveVotes(MessageKind.Vote2, 0, A.Hash, 0, 2, 3).Sees<Commit>().Block);
    }

    [Fact]
    public void A_restarted_node_says_what_it_had_said()
    {
        CrashableSafetyStore store = new();
        LocalNode node = new LocalNode(1, Four, store).Start();
        node.Receive(TestBench.Proposal(1, 0, A, null, 0), 0).ReceiveVotes(MessageKind.Vote1For, 0, A.Hash, 0, 2).Expire();
        store.PowerCut();
        new LocalNode(1, Four, store).Start().Says("Vote1For 0", "Vote2 0", "Timeout 0 claims 0", "Certificate Vote1For 0");
    }

    [Fact]
    public void A_lone_producer_goes_on_with_its_own_proposal()
    {
        Bench one = TestBench.Equal(1);
        CrashableSafetyStore store = new();
        store.AfterWrite = write =>
        {
            if (write == 1) throw new PowerCut(); // 0 begins the record
        };
        LocalNode node = new LocalNode(0, one, store).Start();
        Assert.Throws<PowerCut>(() => node.BlockTime());
        store.AfterWrite = null;
        store.PowerCut();

        LocalNode again = new LocalNode(0, one, store).Start();
        Commit commit = again.Sees<Commit>();
        Assert.Equal(again.Safety!.Record.Proposal!.BlockHash, commit.Block.Hash);
    }

    private static int WritesOfALife()
    {
        CrashableSafetyStore store = new();
        LocalNode node = new LocalNode(1, Four, store).Start();
        foreach (Action<LocalNode> step in Life) step(node);
        return store.Writes;
    }

    private static string? ContradictionAfterCut(int at, bool behind, bool syncs)
    {
        CrashableSafetyStore store = new(syncs);
        void Cut(int write)
        {
            if (write == at) throw new PowerCut();
        }

        if (behind) store.AfterWrite = Cut;
        else store.BeforeWrite = Cut;
        List<PorMessage> spoken = [];
        try
        {
            LocalNode node = new(1, Four, store) { Spoken = spoken };
            node.Start();
            foreach (Action<LocalNode> step in Life) step(node);
        }
        catch (PowerCut)
        {
            store.PowerCut();
        }

        (store.BeforeWrite, store.AfterWrite) = (null, null);
        LocalNode again = new LocalNode(1, Four, store).Start();
        foreach (Action<LocalNode> step in Temptations) step(again);
        spoken.AddRange(again.Spoken);
        foreach (PorMessage a in spoken)
        {
            foreach (PorMessage b in spoken)
            {
                if (Support.Evidence.Between(a, b) is { } evidence) return $"{evidence}: {LocalNode.Name(a)} and {LocalNode.Name(b)}";
            }
        }

        return null;
    }

    private static TimeoutCertificate GaveUp(uint round) =>
        TestBench.TimeoutCertificate(1, round, [.. ((uint[])[0, 2, 3]).Select(s => TestBench.Timeout(1, round, s))]);

    private sealed class PowerCut : Exception;
}
