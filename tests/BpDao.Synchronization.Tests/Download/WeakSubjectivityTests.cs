using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Consensus.Por.Tests.Rules;
using BpDao.Core;
using Xunit;

namespace BpDao.Synchronization.Tests.Download;

/// <summary>What a node believes whose head is older than the keys that signed it are bound (docs/consensus.md, section 11). In these chains the first hundred
/// blocks are a day older than the others; the trusting period is twelve hours.</summary>
public sealed class WeakSubjectivityTests(PorHistory history) : IClassFixture<PorHistory>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);
    private static readonly SyncOptions TwelveHours = new() { TrustingPeriod = TimeSpan.FromHours(12) };

    [Fact]
    public async Task An_old_head_without_a_checkpoint_is_not_synchronised_and_the_line_says_what_to_do()
    {
        await using SyncNode node = new(history.Spec, history.Now, TwelveHours);
        PlayedPeer peer = Honest(node, 1);
        await peer.AskedAsync(SyncMessageCode.GetTip, 4, Deadline);
        await node.UntilAsync(() => node.Synchroniser.Refusal is not null);
        Assert.Contains("--por.checkpoint NUMBER:HASH", node.Synchroniser.Refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", node.Synchroniser.Refusal, StringComparison.Ordinal);
        Assert.All(peer.Asked, a => Assert.Equal(SyncMessageCode.GetTip, a.Code));
        Assert.False(node.Synchroniser.WhenTrustedAsync(CancellationToken.None).IsCompleted);
        Assert.Equal(0ul, node.Head.Number);
    }

    [Fact]
    public async Task A_producer_that_decides_alone_waits_for_nobody_however_old_its_head_is()
    {
        await using SyncNode node = new(history.Spec, history.Now, TwelveHours with { Self = history.Lone.Key });
        await node.Synchroniser.WhenTrustedAsync(CancellationToken.None).WaitAsync(Deadline);
    }

    [Fact]
    public async Task With_a_recent_checkpoint_an_old_head_comes_to_the_tip()
    {
        await using SyncNode node = new(history.Spec, history.Now, With(300, history.Tree.HashByNumber(300)!.Value));
        Honest(node, 1);
        Honest(node, 2);
        await node.ReachAsync(PorHistory.Blocks);
        await node.Synchroniser.WhenTrustedAsync(CancellationToken.None).WaitAsync(Deadline);
        Assert.Equal(history.Tree.Head.Hash, node.Head.Hash);
    }

    [Fact]
    public async Task Peers_whose_chain_does_not_have_the_checkpoint_are_refused_before_a_block_is_committed()
    {
        await using SyncNode node = new(history.Spec, history.Now, With(300, Keccak256.Hash([1])));
        PlayedPeer peer = Honest(node, 1);
        Assert.Contains("checkpoint", await peer.Caught.Task.WaitAsync(Deadline), StringComparison.Ordinal);
        Assert.Equal(0ul, node.Head.Number);
        Assert.False(node.Synchroniser.WhenTrustedAsync(CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task A_checkpoint_older_than_the_trusting_period_proves_nothing()
    {
        await using SyncNode node = new(history.Spec, history.Now, With(50, history.Tree.HashByNumber(50)!.Value));
        Honest(node, 1);
        await node.UntilAsync(() => node.Synchroniser.Refusal?.Contains("name a newer block", StringComparison.Ordinal) == true);
        Assert.Equal(0ul, node.Head.Number);
    }

    [Fact]
    public async Task A_checkpoint_older_than_the_trusting_period_proves_nothing_to_who_fetches_a_state_either()
    {
        SyncOptions snap = With(50, history.Tree.HashByNumber(50)!.Value) with { Mode = SyncMode.Snap };
        await using SyncNode node = new(history.Spec, history.Now, snap, states: _ => new Unwanted());
        Honest(node, 1);
        await node.UntilAsync(() => node.Synchroniser.Refusal?.Contains("name a newer block", StringComparison.Ordinal) == true);
        Assert.False(node.Synchroniser.WhenTrustedAsync(CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task A_checkpoint_at_an_old_head_is_as_old_and_proves_nothing()
    {
        await using SyncNode node = new(history.Spec, history.Now, With(0, history.Tree.Genesis.Hash));
        Honest(node, 1);
        await node.UntilAsync(() => node.Head.Number > 0 || node.Synchroniser.Refusal is not null);
        Assert.Contains("name a newer block", node.Synchroniser.Refusal, StringComparison.Ordinal);
        Assert.Equal(0ul, node.Head.Number);
    }

    [Fact]
    public async Task A_database_without_the_checkpoint_s_block_is_named()
    {
        using LoneChain own = new();
        own.Commit(3);
        await using SyncNode node = new(history.Spec, history.Now, With(2, Keccak256.Hash([1])), own.Chain.Db);
        await node.UntilAsync(() => node.Synchroniser.Refusal is not null);
        Assert.Contains("begin anew with an empty --datadir", node.Synchroniser.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_fork_signed_by_the_keys_of_the_past_is_refused_and_the_true_chain_taken()
    {
        using LoneChain forged = ForkFromTheBeginning(310);
        await using SyncNode node = new(history.Spec, history.Now, With(305, history.Tree.HashByNumber(305)!.Value));
        SyncServer server = new(forged.Chain.Tree, forged.Rules);
        PlayedPeer forger = new(node.Sessions, 1, (code, q) => server.Answer(code, q));
        await forger.Caught.Task.WaitAsync(Deadline);
        Assert.Equal(0ul, node.Head.Number);
        Honest(node, 2);
        await node.ReachAsync(PorHistory.Blocks);
        Assert.Equal(history.Tree.Head.Hash, node.Head.Hash);
    }

    [Theory]
    [InlineData(300ul, true)]
    [InlineData(60ul, false)]
    public async Task A_second_final_block_of_a_height_stops_the_node_while_its_signers_are_bound_and_is_a_lie_after_that(ulong number, bool stops)
    {
        await using SyncNode node = new(history.Spec, history.Now, With(300, history.Tree.HashByNumber(300)!.Value));
        Honest(node, 1);
        await node.ReachAsync(PorHistory.Blocks);
        BlockHeader other = history.Tree.HeaderByNumber(number)! with { GasUsed = 1 };
        byte[] certificate = history.Certify(other, history.EpochOf(number));
        PlayedPeer peer = new(node.Sessions, 2, (code, q) => code == SyncMessageCode.GetTip ? FullSyncTests.Encode(new TipAnswer(q.Id, other, certificate)) : null);
        if (stops)
        {
            SyncHaltedException report = await Assert.ThrowsAsync<SyncHaltedException>(() => node.Running.WaitAsync(Deadline));
            Assert.Contains($"block {number} is final twice", report.Message, StringComparison.Ordinal);
            Assert.Contains(Hex.Encode(certificate), report.Message, StringComparison.Ordinal);
            Assert.Contains(Hex.Encode(history.Tree.CertificateByNumber(number)), report.Message, StringComparison.Ordinal);
        }
        else
        {
            await peer.Caught.Task.WaitAsync(Deadline);
            Assert.False(node.Running.IsCompleted);
        }
    }

    public static TheoryData<string> WorthlessTips => [.. WorthlessTipsByName.Keys];

    private static readonly Dictionary<string, Func<PorHistory, CertifiedBlock>> WorthlessTipsByName = new()
    {
        ["an old height with the time of today"] = h =>
        {
            BlockHeader other = h.Tree.HeaderByNumber(60)! with { Timestamp = h.Tree.Head.Timestamp };
            return new CertifiedBlock(new Block(other, BlockBody.Empty), h.Certify(other, h.EpochOf(60)));
        },
        ["a young height signed by the first bench"] = h => h.As(h.Tree.BlockByNumber(300)!, 0),
        ["a young height signed by the bench before"] = h => h.As(h.Tree.BlockByNumber(300)!, h.EpochOf(300) - 1),
        ["a young height signed by the bench after it"] = h => h.As(h.Tree.BlockByNumber(300)!, h.EpochOf(300) + 1),
    };

    [Theory]
    [MemberData(nameof(WorthlessTips))]
    public async Task A_second_certificate_of_keys_that_are_not_bound_or_did_not_vote_there_costs_only_the_session(string tip)
    {
        await using SyncNode node = new(history.Spec, history.Now, With(300, history.Tree.HashByNumber(300)!.Value));
        Honest(node, 1);
        await node.ReachAsync(PorHistory.Blocks);
        CertifiedBlock shown = WorthlessTipsByName[tip](history);
        PlayedPeer peer = new(node.Sessions, 2, (code, q) => code == SyncMessageCode.GetTip
            ? FullSyncTests.Encode(new TipAnswer(q.Id, shown.Block.Header, shown.Certificate))
            : null);
        await await Task.WhenAny(peer.Caught.Task, node.Running).WaitAsync(Deadline);
        Assert.Contains("the one committed here", await peer.Caught.Task.WaitAsync(Deadline), StringComparison.Ordinal);
        Assert.False(node.Running.IsCompleted);
    }

    private PlayedPeer Honest(SyncNode node, byte id) => new(node.Sessions, id, (code, q) => history.Server.Answer(code, q));

    private static SyncOptions With(ulong number, Hash256 hash) => TwelveHours with { Checkpoint = new Checkpoint(number, hash) };

    private sealed class Unwanted : IStateDownloader
    {
        public Task<StateDownload> DownloadAsync(BlockHeader pivot, CancellationToken cancellationToken) =>
            throw new InvalidOperationException($"the state of block {pivot.Number} was wanted");
    }

    private static LoneChain ForkFromTheBeginning(int blocks)
    {
        LoneChain forged = new();
        forged.Chain.Time.Advance(TimeSpan.FromSeconds(7));
        forged.Commit(100);
        forged.Chain.Time.Advance(PorHistory.Gap);
        return forged.Commit(blocks - 100);
    }
}
