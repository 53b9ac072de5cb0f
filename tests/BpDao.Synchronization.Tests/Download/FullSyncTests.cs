using BpDao.Consensus;
using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Rules;
using BpDao.Consensus.Por.Tests.Rules;
using BpDao.Core;
using BpDao.Db.Memory;
using BpDao.State;
using BpDao.Synchronization.Tests.Support;
using BpDao.Testing.Db;
using Xunit;

namespace BpDao.Synchronization.Tests.Download;

/// <summary>A late node and the blocks of its peers (docs/consensus.md, section 11).</summary>
public sealed class FullSyncTests(PorHistory history) : IClassFixture<PorHistory>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_late_node_takes_320_blocks_from_several_peers_at_once()
    {
        await using SyncNode node = new(history.Spec, history.Now);
        PlayedPeer[] peers = [.. Enumerable.Range(1, 3).Select(i => Honest(node, (byte)i))];
        await node.ReachAsync(PorHistory.Blocks);
        Assert.Equal(history.Tree.Head.Hash, node.Head.Hash);
        Assert.Equal(node.Head, node.Chain.Tree.Finalized);
        Assert.All(peers, p => Assert.Contains(p.Asked, a => a.Code == SyncMessageCode.GetBlocks));
        Assert.All(peers, p => Assert.Equal(0, p.Points));
    }

    [Fact]
    public async Task Rule_2_8_safe_mode_blocks_are_downloaded_like_others_until_the_good_contract_is_back()
    {
        using LoneChain lone = new(BrokenWork.InForce);
        lone.Commit((int)BrokenWork.Back + 20);
        SyncServer server = new(lone.Chain.Tree, lone.Rules);
        await using SyncNode node = new(lone.Chain.Spec, DateTimeOffset.FromUnixTimeSeconds((long)lone.Head.Timestamp));
        PlayedPeer[] peers = [.. Enumerable.Range(1, 2).Select(i => new PlayedPeer(node.Sessions, (byte)i, (code, q) => server.Answer(code, q)))];

        await node.ReachAsync(lone.Head.Number);

        Assert.Equal(lone.Head.Hash, node.Head.Hash);
        Assert.All(peers, p => Assert.Equal(0, p.Points));
        EpochStore there = lone.Rules.Epochs, here = ((PorRules)node.Chain.Rules).Epochs;
        for (ulong number = 1; number <= lone.Head.Number; number++)
        {
            Assert.Equal(number is >= BrokenWork.First and < BrokenWork.Back, BrokenWork.IsSafeMode(node.Chain, number));
            Assert.Equal(there.RecordOf(number), here.RecordOf(number));
        }

        Assert.Equal((there.LastGoodContext(), there.LastGoodClock()), (here.LastGoodContext(), here.LastGoodClock()));
    }

    public static TheoryData<string> Lies => [.. LiesByName.Keys];

    private static readonly Dictionary<string, Func<PorHistory, IReadOnlyList<CertifiedBlock>, IReadOnlyList<CertifiedBlock>>> LiesByName = new()
    {
        ["a certificate of another block"] = (h, blocks) => Replace(blocks, ^1, b => b with { Certificate = h.Chain[0].Certificate }),
        ["a certificate that is no certificate"] = (_, blocks) => Replace(blocks, 0, b => b with { Certificate = new byte[] { 0xc0 } }),
        ["another body under the header"] = (_, blocks) => Replace(blocks, ^1, b => b with { Block = new Block(b.Block.Header, b.Block.Body with { Transactions = [] }) }),
        ["a block that nobody signed"] = (_, blocks) => Replace(blocks, 0, b => b with { Block = new Block(b.Block.Header with { GasUsed = 1 }, b.Block.Body) }),
        ["a gap"] = (_, blocks) => [.. blocks.Where((_, i) => i != 1)],
        ["other blocks than were asked for"] = (h, _) => [.. h.Chain.Take(3)],
        ["more blocks than were asked for"] = (h, blocks) => [.. blocks, .. h.Chain.Skip((int)blocks[^1].Block.Number).Take(100)],
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_peer_that_lies_is_dropped_and_another_one_asked(string lie)
    {
        await using SyncNode node = new(history.Spec, history.Now);
        PlayedPeer liar = new(node.Sessions, 1, (code, q) => code == SyncMessageCode.GetBlocks && q.Start > 100
            ? Encode(new BlocksAnswer(q.Id, LiesByName[lie](history, BlocksOf(q))))
            : history.Server.Answer(code, q));
        await liar.Caught.Task.WaitAsync(Deadline);
        Assert.InRange(node.Head.Number, 0ul, 256ul);
        Honest(node, 2);
        Honest(node, 3);
        await node.ReachAsync(PorHistory.Blocks);
        Assert.Equal(history.Tree.Head.Hash, node.Head.Hash);
        Assert.True(liar.Points >= 25);
    }

    [Fact]
    public async Task A_silent_peer_is_left_alone_and_another_one_asked()
    {
        await using SyncNode node = new(history.Spec, history.Now);
        PlayedPeer silent = new(node.Sessions, 1, (code, q) => code == SyncMessageCode.GetBlocks ? null : history.Server.Answer(code, q));
        Honest(node, 2);
        await node.ReachAsync(PorHistory.Blocks);
        Assert.Equal(history.Tree.Head.Hash, node.Head.Hash);
        Assert.True(silent.Points > 0);
    }

    [Fact]
    public async Task A_peer_that_withholds_the_first_block_and_gives_the_others_one_by_one_fills_no_more_than_the_places_of_batches()
    {
        await using SyncNode node = new(history.Spec, history.Now);
        PlayedPeer miser = new(node.Sessions, 1, (code, q) => code != SyncMessageCode.GetBlocks ? history.Server.Answer(code, q)
            : q.Start == 1 ? null
            : Encode(new BlocksAnswer(q.Id, BlocksOf(q with { Count = 1 }))));
        // The question that nobody answers is put again when its time is over; until then the node keeps what else it was given.
        await miser.AskedAsync(SyncMessageCode.GetBlocks, FullSync.MostBatches + 1, Deadline);
        (int Code, SyncQuestion Question)[] asked = [.. miser.Asked.Where(a => a.Code == SyncMessageCode.GetBlocks)];
        int again = Array.FindIndex(asked, 1, a => a.Question.Start == 1);
        Assert.InRange(again, 1, FullSync.MostBatches);
        Assert.Equal(0ul, node.Head.Number);
        Honest(node, 2);
        await node.ReachAsync(PorHistory.Blocks);
    }

    [Fact]
    public async Task A_peer_that_promises_what_nobody_has_changes_nothing()
    {
        await using SyncNode node = new(history.Spec, history.Now);
        BlockHeader promised = history.Tree.Head with { Number = 1_000_000 };
        PlayedPeer boaster = new(node.Sessions, 1, (code, q) => code == SyncMessageCode.GetTip
            ? Encode(new TipAnswer(q.Id, promised, history.Chain[0].Certificate))
            : history.Server.Answer(code, q));
        Honest(node, 2);
        await node.ReachAsync(PorHistory.Blocks);
        await node.UntilAsync(() => !node.Synchroniser.Progress.IsFarBehind);
        Assert.Equal(history.Tree.Head.Hash, node.Head.Hash);
    }

    [Fact]
    public async Task An_answer_that_nobody_asked_for_is_not_read()
    {
        await using SyncNode node = new(history.Spec, history.Now);
        PlayedPeer peer = new(node.Sessions, 1, (_, _) => null);
        node.Sessions.Received(peer, SyncMessageCode.Blocks, Encode(new BlocksAnswer(77, history.Chain.Take(2).ToArray())));
        Assert.Equal(1, peer.Points);
        Assert.Equal(0ul, node.Head.Number);
    }

    [Fact]
    public async Task A_node_that_was_killed_goes_on_where_its_disk_ends()
    {
        CrashSimulatingDb disk = new();
        await using (SyncNode first = new(history.Spec, history.Now, db: disk))
        {
            Honest(first, 1);
            await first.ReachAsync(70);
            disk.Crash();
        }

        CrashSimulatingDb found = disk.AfterPowerLoss();
        await using SyncNode second = new(history.Spec, history.Now, db: found);
        ulong start = second.Head.Number;
        Assert.InRange(start, 70ul, PorHistory.Blocks - 1);
        PlayedPeer peer = Honest(second, 2);
        await second.ReachAsync(PorHistory.Blocks);
        Assert.Equal(history.Tree.Head.Hash, second.Head.Hash);
        Assert.DoesNotContain(peer.Asked, a => a.Code == SyncMessageCode.GetBlocks && a.Question.Start <= start);
    }

    [Fact]
    public async Task Progress_is_shown_while_blocks_come_and_is_over_at_the_head()
    {
        await using SyncNode node = new(history.Spec, history.Now);
        TaskCompletionSource caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<(SyncStatus? Status, bool Far)> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Synchroniser.Progress.CaughtUp += () => caughtUp.TrySetResult();
        node.Chain.Importer.Committed += block =>
        {
            if (block.Number == 100) seen.TrySetResult((node.Synchroniser.Progress.Status, node.Synchroniser.Progress.IsFarBehind));
        };
        Assert.Null(node.Synchroniser.Progress.Status);
        Honest(node, 1);
        (SyncStatus? status, bool far) = await seen.Task.WaitAsync(Deadline);
        Assert.Equal((0ul, PorHistory.Blocks), (status!.Value.Starting, status.Value.Highest));
        Assert.True(far);
        await node.ReachAsync(PorHistory.Blocks);
        await caughtUp.Task.WaitAsync(Deadline);
        await node.UntilAsync(() => node.Synchroniser.Progress.Status is null);
        Assert.False(node.Synchroniser.Progress.IsFarBehind);
    }

    [Fact]
    public async Task Blocks_so_large_that_few_of_them_fit_an_answer_are_left_to_the_download_too()
    {
        await using SyncNode node = new(history.Spec, history.Now);
        TaskCompletionSource<bool> far = new(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Chain.Importer.Committed += block =>
        {
            if (block.Number == 6) far.TrySetResult(node.Synchroniser.Progress.IsFarBehind);
        };
        // As of 300 KiB: an answer ends at 2 MiB.
        _ = new PlayedPeer(node.Sessions, 1, (code, q) => history.Server.Answer(code, code == SyncMessageCode.GetBlocks ? q with { Count = Math.Min(q.Count, 6) } : q));
        Assert.True(await far.Task.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_boast_beside_the_newest_block_does_not_pause_the_engine()
    {
        await using SyncNode node = new(history.Spec, history.Now);
        Honest(node, 1);
        await node.ReachAsync(PorHistory.Blocks);
        await node.UntilAsync(() => !node.Synchroniser.Progress.IsFarBehind);
        Block newest = history.Lone.Next();
        CertifiedBlock next = history.As(newest, EpochOf(newest));
        TaskCompletionSource<bool> far = new(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Chain.Importer.Committed += _ => far.TrySetResult(node.Synchroniser.Progress.IsFarBehind);
        _ = new PlayedPeer(node.Sessions, 2, (code, q) => code switch
        {
            SyncMessageCode.GetTip => Encode(new TipAnswer(q.Id, next.Block.Header with { Number = 1_000_000 }, next.Certificate)),
            SyncMessageCode.GetBlocks => Encode(new BlocksAnswer(q.Id, q.Start == next.Block.Number ? [next] : [])),
            _ => null,
        });
        Assert.False(await far.Task.WaitAsync(Deadline));
    }

    [Fact]
    public async Task What_the_engine_reads_when_it_goes_on_is_not_pruned_under_it_by_blocks_that_were_still_to_be_written()
    {
        using HeldDb disk = new();
        await using SyncNode node = new(history.Spec, history.Now, db: disk, kept: new StateOptions(1));
        TaskCompletionSource<ulong> read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Synchroniser.Progress.CaughtUp += () =>
        {
            try
            {
                BlockHeader head = node.Head;
                IContractCaller state = node.Chain.Contracts.At(head.Hash)!;
                disk.Release();
                node.Chain.Importer.Flush();
                state.NonceOf(history.Lone.Key);
                read.TrySetResult(head.Number);
            }
            catch (InvalidOperationException e)
            {
                read.TrySetException(e);
            }
        };
        disk.HoldNextWrite();
        _ = new PlayedPeer(node.Sessions, 1, (code, q) => code != SyncMessageCode.GetBlocks ? history.Server.Answer(code, q)
            : q.Start == 1 ? Encode(new BlocksAnswer(q.Id, BlocksOf(q with { Count = 20 })))
            : null);
        Assert.Equal(20ul, await read.Task.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_few_blocks_are_left_to_the_engine()
    {
        await using SyncNode node = new(history.Spec, history.Now);
        PlayedPeer peer = new(node.Sessions, 1, (code, q) => code == SyncMessageCode.GetTip
            ? Encode(new TipAnswer(q.Id, history.Chain[7].Block.Header, history.Chain[7].Certificate))
            : history.Server.Answer(code, q));
        await peer.AskedAsync(SyncMessageCode.GetTip, 3, Deadline);
        Assert.DoesNotContain(peer.Asked, a => a.Code == SyncMessageCode.GetBlocks);
        await node.Synchroniser.WhenTrustedAsync(CancellationToken.None).WaitAsync(Deadline);
    }

    public static TheoryData<string> NextBlocksOfThePast => [.. NextBlocksOfThePastByName.Keys];

    private static readonly Dictionary<string, Func<PorHistory, Block, CertifiedBlock>> NextBlocksOfThePastByName = new()
    {
        ["signed by the first bench"] = (h, next) => h.As(next, 0),
        ["signed by the bench before"] = (h, next) => h.As(next, EpochOf(next) - 1),
        ["on another parent and signed by the first bench"] = (h, next) => h.As(new Block(next.Header with { ParentHash = Keccak256.Hash([1]) }, next.Body), 0),
    };

    [Theory]
    [MemberData(nameof(NextBlocksOfThePast))]
    public async Task A_next_block_that_another_bench_than_the_one_due_has_signed_costs_only_the_session(string block)
    {
        await using SyncNode node = new(history.Spec, history.Now);
        Honest(node, 1);
        await node.ReachAsync(PorHistory.Blocks);
        CertifiedBlock next = NextBlocksOfThePastByName[block](history, history.Lone.Next());
        BlockHeader promised = next.Block.Header with { Number = PorHistory.Blocks + 100 };
        PlayedPeer forger = new(node.Sessions, 2, (code, q) => code switch
        {
            SyncMessageCode.GetTip => Encode(new TipAnswer(q.Id, promised, next.Certificate)),
            SyncMessageCode.GetBlocks => Encode(new BlocksAnswer(q.Id, q.Start == next.Block.Number ? [next] : [])),
            _ => null,
        });
        await await Task.WhenAny(forger.Caught.Task, node.Running).WaitAsync(Deadline);
        await forger.Caught.Task.WaitAsync(Deadline);
        Assert.False(node.Running.IsCompleted);
        Assert.Equal(history.Tree.Head.Hash, node.Head.Hash);
    }

    private PlayedPeer Honest(SyncNode node, byte id) => new(node.Sessions, id, (code, q) => history.Server.Answer(code, q));

    private IReadOnlyList<CertifiedBlock> BlocksOf(SyncQuestion q) => [.. history.Chain.Skip((int)q.Start - 1).Take((int)q.Count)];

    private static uint EpochOf(Block block) => PorExtraData.TryDecode(block.Header.ExtraData.Span, out PorExtraData? extra) ? extra.Value.Epoch : throw new ArgumentException("no PoR block", nameof(block));

    internal static byte[] Encode(SyncAnswer answer) => SyncMessageCodec.Encode(answer);

    private static IReadOnlyList<CertifiedBlock> Replace(IReadOnlyList<CertifiedBlock> blocks, Index at, Func<CertifiedBlock, CertifiedBlock> change)
    {
        CertifiedBlock[] changed = [.. blocks];
        changed[at] = change(changed[at]);
        return changed;
    }
}
