using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Consensus.Por.Rules;
using BpDao.Consensus.Por.Tests.Rules;
using BpDao.Core;
using BpDao.Db;
using BpDao.Db.Memory;
using BpDao.Synchronization.Snap;
using BpDao.Synchronization.Tests.Snap;
using BpDao.Synchronization.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace BpDao.Synchronization.Tests.Download;

/// <summary>An empty node that takes the state of a recent block instead of executing the past (docs/consensus.md, section 11).</summary>
public sealed class SnapSyncTests(SnapSyncTests.Network network) : IClassFixture<SnapSyncTests.Network>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);
    private static readonly SyncOptions Snap = new() { Mode = SyncMode.Snap };

    [Fact]
    public async Task An_empty_node_has_what_an_executing_one_has_from_the_pivot_on()
    {
        await using Joining joining = new(network, Snap);
        joining.Honest(1);
        joining.Honest(2);
        await joining.Node.ReachAsync(Network.Blocks);
        BlockTree here = joining.Node.Chain.Tree, there = network.Lone.Chain.Tree;
        Assert.Equal(there.Head.Hash, here.Head.Hash);
        Assert.Equal(here.Head, here.Finalized);
        Assert.Null(here.HeaderByNumber(5));
        Assert.InRange(here.Earliest, 6ul, Network.Blocks - 255);
        Assert.Equal((null, there.HashByNumber(here.Earliest)), (here.HashByNumber(here.Earliest - 1), here.HashByNumber(here.Earliest)));
        Assert.Equal(0ul, there.Earliest);
        for (ulong number = Network.Blocks - 255; number <= Network.Blocks; number++)
        {
            Assert.Equal(there.HashByNumber(number), here.HashByNumber(number));
            Hash256 hash = here.HashByNumber(number)!.Value;
            Assert.Equal(there.CertificateByNumber(number), here.CertificateByNumber(number));
            Assert.Equal(there.ReceiptsOf(hash)!.Select(r => (r.GasUsed, r.ContractAddress, r.Success)), here.ReceiptsOf(hash)!.Select(r => (r.GasUsed, r.ContractAddress, r.Success)));
            Assert.Equal(network.Lone.Rules.Epochs.RecordOf(number), joining.Rules.Epochs.RecordOf(number));
        }

        for (ulong epoch = 0; epoch <= network.LastEpoch + 1; epoch++)
        {
            Assert.Equal(network.Lone.Rules.Epochs.BenchOf(epoch)!.Members, joining.Rules.Epochs.BenchOf(epoch)!.Members);
        }

        Assert.NotNull(joining.Rules.Epochs.LastGoodContext());
        Assert.Equal(network.Lone.Rules.Epochs.LastGoodClock(), joining.Rules.Epochs.LastGoodClock());
        await joining.Node.Synchroniser.WhenTrustedAsync(CancellationToken.None).WaitAsync(Deadline);
    }

    [Fact]
    public async Task After_the_pivot_blocks_are_executed_like_everywhere_else()
    {
        using LoneChain lone = new();
        lone.Commit(70);
        await using Joining joining = new(lone, Snap);
        PlayedPeer first = joining.Honest(1);
        await joining.Node.ReachAsync(70);
        first.Leave();
        lone.Commit(20);
        joining.Honest(2);
        await joining.Node.ReachAsync(90);
        Assert.Equal(lone.Head.Hash, joining.Node.Head.Hash);
        Assert.Equal(lone.Rules.Epochs.RecordOf(90), joining.Rules.Epochs.RecordOf(90));
    }

    [Fact]
    public async Task Rule_2_8_a_safe_mode_block_is_no_pivot_and_the_first_sound_one_after_it_is()
    {
        using LoneChain lone = new(BrokenWork.InForce);
        lone.Commit((int)BrokenWork.Back - 1);
        await using Joining joining = new(lone, Snap);
        PlayedPeer first = joining.Honest(1);
        await first.AskedAsync(SyncMessageCode.GetReceipts, 3, Deadline);
        Assert.Equal(0ul, joining.Node.Head.Number);
        Assert.False(joining.Node.Chain.Importer.AwaitsState);
        Assert.Equal(0, first.Points);
        first.Leave();

        lone.Commit(1);
        joining.Honest(2);
        await joining.Node.ReachAsync(BrokenWork.Back);

        Assert.Equal(lone.Head.Hash, joining.Node.Head.Hash);
        Assert.False(BrokenWork.IsSafeMode(joining.Node.Chain, BrokenWork.Back));
        Assert.True(BrokenWork.IsSafeMode(joining.Node.Chain, BrokenWork.Back - 1));
        Assert.Equal(lone.Rules.Epochs.LastGoodClock(), joining.Rules.Epochs.LastGoodClock());
    }

    [Fact]
    public async Task A_pivot_without_its_certificate_is_refused()
    {
        await using Joining joining = new(network, Snap);
        PlayedPeer liar = joining.Peer(1, (code, q) =>
        {
            byte[] answer = joining.Server.Answer(code, q)!;
            if (code != SyncMessageCode.GetEpochs || !SyncMessageCodec.TryDecodeAnswer(code + 1, answer, out SyncAnswer? read)) return answer;
            EpochBoundary[] epochs = [.. ((EpochsAnswer)read).Epochs];
            epochs[^1] = epochs[^1] with { Certificate = epochs[0].Certificate };
            return SyncMessageCodec.Encode(new EpochsAnswer(q.Id, epochs));
        });
        Assert.Contains("InvalidCertificate", await liar.Caught.Task.WaitAsync(Deadline), StringComparison.Ordinal);
        Assert.Equal(0ul, joining.Node.Head.Number);
        Assert.False(joining.Node.Chain.Importer.AwaitsState);
        joining.Honest(2);
        await joining.Node.ReachAsync(Network.Blocks);
    }

    public static TheoryData<string> FalseCertificates => [.. FalseCertificatesByName.Keys];

    private static readonly Dictionary<string, Func<IReadOnlyList<CertifiedBlock>, IReadOnlyList<CertifiedBlock>>> FalseCertificatesByName = new()
    {
        ["no certificates"] = blocks => [.. blocks.Select(b => b with { Certificate = default })],
        ["the certificates of other blocks"] = blocks => [.. blocks.Select((b, i) => b with { Certificate = blocks[blocks.Count - 1 - i].Certificate })],
        ["one certificate of another block"] = blocks => [.. blocks.SkipLast(1), blocks[^1] with { Certificate = blocks[0].Certificate }],
    };

    [Theory]
    [MemberData(nameof(FalseCertificates))]
    public async Task True_blocks_with_false_certificates_are_refused(string lie)
    {
        await using Joining joining = new(network, Snap);
        PlayedPeer liar = joining.Peer(1, (code, q) =>
        {
            byte[] answer = joining.Server.Answer(code, q)!;
            if (code != SyncMessageCode.GetBlocks || !SyncMessageCodec.TryDecodeAnswer(code + 1, answer, out SyncAnswer? read)) return answer;
            return SyncMessageCodec.Encode(new BlocksAnswer(q.Id, FalseCertificatesByName[lie](((BlocksAnswer)read).Blocks)));
        });
        await Task.WhenAny(liar.Caught.Task, joining.Node.ReachAsync(Network.Blocks)).WaitAsync(Deadline);
        Assert.Equal(0ul, joining.Node.Head.Number);
        Assert.Contains("InvalidCertificate", await liar.Caught.Task.WaitAsync(Deadline), StringComparison.Ordinal);

        joining.Honest(2);
        await joining.Node.ReachAsync(Network.Blocks);
        BlockTree here = joining.Node.Chain.Tree;
        for (ulong number = here.Earliest; number <= Network.Blocks; number++)
        {
            Assert.True(network.Lone.Rules.ValidateCertificate(here.HeaderByNumber(number)!, here.CertificateByNumber(number)).IsValid);
        }
    }

    [Fact]
    public async Task Receipts_of_other_blocks_are_refused()
    {
        await using Joining joining = new(network, Snap);
        PlayedPeer liar = joining.Peer(1, (code, q) => joining.Server.Answer(code, code == SyncMessageCode.GetReceipts ? q with { Start = q.Start - 1 } : q));
        await liar.Caught.Task.WaitAsync(Deadline);
        Assert.Equal(0ul, joining.Node.Head.Number);
        joining.Honest(2);
        await joining.Node.ReachAsync(Network.Blocks);
    }

    [Fact]
    public async Task Peers_whose_headers_do_not_have_the_checkpoint_are_refused()
    {
        await using Joining joining = new(network, Snap with { Checkpoint = new Checkpoint(200, Keccak256.Hash([1])) });
        PlayedPeer peer = joining.Honest(1);
        Assert.Contains("checkpoint", await peer.Caught.Task.WaitAsync(Deadline), StringComparison.Ordinal);
        Assert.Equal(0ul, joining.Node.Head.Number);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(5ul)]
    public async Task Headers_of_old_keys_before_the_checkpoint_make_room_for_those_that_lead_to_it(ulong lastEpoch)
    {
        using LoneChain forged = new();
        forged.Chain.Time.Advance(TimeSpan.FromSeconds(7));
        forged.Commit((int)Network.Blocks);
        SyncServer server = new(forged.Chain.Tree, forged.Rules);
        await using Joining joining = new(network, Snap with { Checkpoint = new Checkpoint(200, network.Lone.Chain.Tree.HashByNumber(200)!.Value) });
        PlayedPeer forger = joining.Peer(1, (code, q) => code != SyncMessageCode.GetEpochs ? server.Answer(code, q)
            : q.Start >= lastEpoch ? FullSyncTests.Encode(new EpochsAnswer(q.Id, []))
            : server.Answer(code, q with { Count = Math.Min(q.Count, lastEpoch - q.Start) }));
        if (lastEpoch == ulong.MaxValue) await forger.Caught.Task.WaitAsync(Deadline);
        else await forger.AskedAsync(SyncMessageCode.GetEpochs, 2, Deadline);
        PlayedPeer honest = joining.Honest(2);
        await joining.Node.ReachAsync(Network.Blocks);
        Assert.Equal(network.Lone.Head.Hash, joining.Node.Head.Hash);
        Assert.Equal(0, honest.Points);
    }

    [Fact]
    public async Task What_was_begun_is_gone_on_with_after_a_restart_whatever_the_option_says()
    {
        MemoryDb disk = new();
        TaskCompletionSource fetched = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (Joining first = new(network, Snap, disk, states => new Unfinished(states, fetched)))
        {
            first.Honest(1);
            await fetched.Task.WaitAsync(Deadline);
        }

        await using Joining second = new(network, new SyncOptions(), disk);
        Assert.Equal(0ul, second.Node.Head.Number);
        Assert.True(second.Node.Chain.Importer.AwaitsState);
        second.Honest(1);
        await second.Node.ReachAsync(Network.Blocks);
        Assert.Equal(network.Lone.Head.Hash, second.Node.Head.Hash);
    }

    [Fact]
    public async Task A_new_network_does_not_wait_for_a_pivot()
    {
        using LoneChain lone = new();
        await using Joining joining = new(lone, Snap);
        joining.Honest(1);
        await joining.Node.Synchroniser.WhenTrustedAsync(CancellationToken.None).WaitAsync(Deadline);
        Assert.Equal(0ul, joining.Node.Head.Number);
    }

    [Fact]
    public async Task An_engine_that_began_beside_a_peer_without_blocks_is_paused_and_cannot_commit_while_the_state_is_fetched()
    {
        EngineBeside engine = new(network);
        await using Joining joining = new(network, Snap, change: engine.During);
        joining.AtGenesis(1);
        await joining.Node.Synchroniser.WhenTrustedAsync(CancellationToken.None).WaitAsync(Deadline);
        Assert.False(joining.Node.Synchroniser.Progress.IsFarBehind);
        engine.Node = joining.Node;
        joining.Honest(2);
        await joining.Node.ReachAsync(Network.Blocks);
        await joining.Node.UntilAsync(() => !joining.Node.Synchroniser.Progress.IsFarBehind);
        Assert.Equal(network.Lone.Head.Hash, joining.Node.Head.Hash);
        Assert.InRange(joining.Node.Chain.Tree.Earliest, 6ul, Network.Blocks - 255);
        Assert.Equal([(true, BlockError.ParentStateMissing), (true, BlockError.ParentStateMissing)], engine.Tries);
    }

    [Fact]
    public async Task When_the_engine_commits_before_the_state_is_begun_every_block_is_executed_instead()
    {
        await using Joining joining = new(network, Snap);
        EngineBeside engine = new(network) { Node = joining.Node };
        joining.Peer(1, (code, q) =>
        {
            if (code == SyncMessageCode.GetReceipts && engine.Tries.Count == 0) engine.Try();
            return joining.Server.Answer(code, q);
        });
        await joining.Node.ReachAsync(Network.Blocks);
        Assert.Equal(network.Lone.Head.Hash, joining.Node.Head.Hash);
        Assert.Equal((BlockError.None, 0ul), (engine.Tries[0].Error, joining.Node.Chain.Tree.Earliest));
        Assert.False(joining.Node.Chain.Importer.AwaitsState);
        await joining.Node.Synchroniser.WhenTrustedAsync(CancellationToken.None).WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_network_is_not_taken_for_new_because_the_only_peer_fell_silent()
    {
        await using Joining joining = new(network, Snap);
        bool isSilent = false;
        PlayedPeer silent = joining.Peer(1, (code, q) => (isSilent |= code != SyncMessageCode.GetTip) ? null : joining.Server.Answer(code, q));
        await silent.AskedAsync(SyncMessageCode.GetEpochs, 3, Deadline);
        Assert.False(joining.Node.Synchroniser.WhenTrustedAsync(CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task A_producer_that_decides_alone_waits_for_no_peer_to_tell_that_its_network_is_new()
    {
        using LoneChain lone = new();
        await using Joining joining = new(lone, Snap with { Self = lone.Key });
        await joining.Node.Synchroniser.WhenTrustedAsync(CancellationToken.None).WaitAsync(Deadline);
    }

    [Fact]
    public async Task Who_promises_blocks_that_he_cannot_prove_pauses_the_engine_of_a_new_network_only_once()
    {
        using LoneChain lone = new();
        await using Joining joining = new(lone, Snap);
        joining.AtGenesis(1);
        await joining.Node.Synchroniser.WhenTrustedAsync(CancellationToken.None).WaitAsync(Deadline);
        List<bool> paused = [];
        PlayedPeer boaster = joining.Peer(2, (code, q) =>
        {
            if (code == SyncMessageCode.GetTip) return FullSyncTests.Encode(new TipAnswer(q.Id, lone.Head with { Number = 1_000_000 }, new byte[] { 0xc0 }));
            lock (paused) paused.Add(joining.Node.Synchroniser.Progress.IsFarBehind);
            return FullSyncTests.Encode(new EpochsAnswer(q.Id, []));
        });
        await boaster.AskedAsync(SyncMessageCode.GetEpochs, 4, Deadline);
        await joining.Node.UntilAsync(() => !joining.Node.Synchroniser.Progress.IsFarBehind);
        lock (paused) Assert.Equal([true, false, false], paused.Take(3));
    }

    [Fact]
    public async Task While_nobody_has_the_state_of_a_pivot_that_stays_the_last_its_blocks_are_not_fetched_again()
    {
        Gone gone = new(times: 3);
        await using Joining joining = new(network, Snap, change: _ => gone);
        PlayedPeer peer = joining.Honest(1);
        await gone.Asked.WaitAsync(Deadline);
        Assert.Equal(3, peer.Asked.Count(a => a.Code == SyncMessageCode.GetBlocks));
        Assert.Equal(3, peer.Asked.Count(a => a.Code == SyncMessageCode.GetReceipts));
    }

    /// <summary>Finds nobody with the state, and waits when it was asked for it so many times.</summary>
    private sealed class Gone(int times) : IStateDownloader
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _times;

        public Task Asked => _asked.Task;

        public async Task<StateDownload> DownloadAsync(BlockHeader pivot, CancellationToken cancellationToken)
        {
            if (++_times < times) return StateDownload.PivotGone;
            _asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return StateDownload.Complete;
        }
    }

    /// <summary>Stands in for an engine that has block 1 with its certificate: it commits that, before the state is begun and when it is there.</summary>
    private sealed class EngineBeside(Network network)
    {
        private readonly Block _first = network.Lone.Chain.Tree.BlockByNumber(1)!;

        public SyncNode? Node { get; set; }

        /// <summary>Whether it was told to pause, and what became of the commit that was under way all the same.</summary>
        public List<(bool IsPaused, BlockError Error)> Tries { get; } = [];

        public void Try()
        {
            BlockVerdict verdict = Node!.Chain.Importer.Commit(_first, network.Lone.Chain.Tree.CertificateByNumber(1), verifyCertificate: true, CancellationToken.None);
            Tries.Add((Node.Synchroniser.Progress.IsFarBehind, verdict.Error));
        }

        public IStateDownloader During(IStateDownloader states) => new Beside(this, states);

        private sealed class Beside(EngineBeside engine, IStateDownloader states) : IStateDownloader
        {
            public async Task<StateDownload> DownloadAsync(BlockHeader pivot, CancellationToken cancellationToken)
            {
                engine.Try();
                StateDownload ended = await states.DownloadAsync(pivot, cancellationToken);
                engine.Try();
                return ended;
            }
        }
    }

    /// <summary>Fetches everything and never says so.</summary>
    private sealed class Unfinished(IStateDownloader states, TaskCompletionSource fetched) : IStateDownloader
    {
        public async Task<StateDownload> DownloadAsync(BlockHeader pivot, CancellationToken cancellationToken)
        {
            await states.DownloadAsync(pivot, cancellationToken);
            fetched.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return StateDownload.Complete;
        }
    }

    /// <summary>An empty node and one that serves it, over both protocols.</summary>
    private sealed class Joining : IAsyncDisposable
    {
        private readonly LoneChain _source;
        private readonly LinkedPeer _link;
        private readonly List<IDisposable> _owned = [];

        public Joining(Network network, SyncOptions options, IDb? db = null, Func<IStateDownloader, IStateDownloader>? change = null)
            : this(network.Lone, options, db, change)
        {
        }

        public Joining(LoneChain source, SyncOptions options, IDb? db = null, Func<IStateDownloader, IStateDownloader>? change = null)
        {
            _source = source;
            SnapPeers peers = new();
            SnapOptions snap = new();
            Node = new SyncNode(
                source.Chain.Spec, DateTimeOffset.FromUnixTimeSeconds((long)source.Head.Timestamp), options, db,
                node =>
                {
                    SnapDownloader downloader = new(node.Chain.States, peers, new SnapCounters(), snap, TimeProvider.System, NullLogger<SnapDownloader>.Instance);
                    return change is null ? downloader : change(downloader);
                });
            SnapProtocol client = new(Node.Chain.States, peers, new SnapCounters(), snap, TimeProvider.System, NullLogger<SnapProtocol>.Instance);
            SnapProtocol server = new(source.Chain.States, new SnapPeers(), new SnapCounters(), snap, TimeProvider.System, NullLogger<SnapProtocol>.Instance);
            _owned.AddRange([client, server]);
            (_link, _) = LinkedPeer.Connect(client, "joining", server, "full");
            Server = new SyncServer(source.Chain.Tree, source.Rules);
        }

        public SyncNode Node { get; }

        public PorRules Rules => (PorRules)Node.Chain.Rules;

        public SyncServer Server { get; }

        /// <summary>Has no blocks, or says so.</summary>
        public PlayedPeer AtGenesis(byte id) => Peer(id, (code, q) => code == SyncMessageCode.GetTip
            ? FullSyncTests.Encode(new TipAnswer(q.Id, _source.Chain.Tree.Genesis, default))
            : Server.Answer(code, q));

        public PlayedPeer Honest(byte id) => Peer(id, (code, q) => Server.Answer(code, q));

        public PlayedPeer Peer(byte id, Func<int, SyncQuestion, byte[]?> answer) => new(Node.Sessions, id, answer);

        public async ValueTask DisposeAsync()
        {
            await Node.DisposeAsync();
            _link.Dispose();
            foreach (IDisposable owned in _owned) owned.Dispose();
        }
    }

    /// <summary>A chain that is longer than a node looks back.</summary>
    public sealed class Network : IDisposable
    {
        public const ulong Blocks = 280;

        public Network()
        {
            Lone = new LoneChain();
            Lone.Commit((int)Blocks);
        }

        internal LoneChain Lone { get; }

        public ulong LastEpoch => Lone.Rules.Epochs.RecordOf(Blocks)!.Epoch;

        public void Dispose() => Lone.Dispose();
    }
}
