using BpDao.Consensus;
using BpDao.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace BpDao.Synchronization.Tests.Download;

/// <summary>Headers from peers that waste a node's time (docs/consensus.md, section 11).</summary>
public sealed class LightSyncTests : IClassFixture<PorHistory>
{
    private readonly PorHistory _history;
    private readonly FakeTimeProvider _time;
    private readonly SyncSessions _sessions;
    private readonly LightSync _light;

    public LightSyncTests(PorHistory history)
    {
        _history = history;
        _time = new FakeTimeProvider(history.Now);
        _sessions = new SyncSessions(history.Server, _time, NullLogger<SyncSessions>.Instance);
        ILightConsensus rules = history.Lone.Rules.Light!;
        WeakSubjectivity trust = new(history.Tree, history.Lone.Chain.Contracts, history.Lone.Rules, new SyncOptions(), _time);
        _light = new LightSync(rules, history.Tree.Genesis, new PeerChoice(_sessions), trust, NullLogger.Instance);
    }

    [Fact]
    public async Task Headers_that_do_not_follow_each_other_are_refused_at_the_first_answer()
    {
        PlayedPeer dripper = Join(1, 8_000, (code, q) => code switch
        {
            SyncMessageCode.GetEpochs => FullSyncTests.Encode(new EpochsAnswer(q.Id, [new EpochBoundary(0, new EpochSpan(1, 8_000), null, _history.Chain[0].Certificate)])),
            SyncMessageCode.GetHeaders => FullSyncTests.Encode(new HeadersAnswer(q.Id, [.. Enumerable.Repeat(_history.Chain[9].Block.Header, (int)q.Count)])),
            _ => null,
        });
        Join(2, PorHistory.Blocks, Honest);
        Assert.Null(await _light.RunAsync(CancellationToken.None));
        Assert.Equal(_history.Tree.Head.Hash, _light.Chain.Head.Hash);
        Assert.Single(dripper.Asked, a => a.Code == SyncMessageCode.GetHeaders);
        Assert.True(dripper.Points >= 25);
    }

    [Fact]
    public async Task Who_gives_fewer_headers_than_the_epoch_has_that_it_told_is_refused_at_the_first_answer()
    {
        PlayedPeer dripper = Join(1, PorHistory.Blocks, (code, q) => _history.Server.Answer(code, code == SyncMessageCode.GetHeaders ? q with { Count = 1 } : q));
        Assert.Null(await _light.RunAsync(CancellationToken.None));
        Assert.Single(dripper.Asked, a => a.Code == SyncMessageCode.GetHeaders);
        Join(2, PorHistory.Blocks, Honest);
        Assert.Null(await _light.RunAsync(CancellationToken.None));
        Assert.Equal(_history.Tree.Head.Hash, _light.Chain.Head.Hash);
    }

    [Fact]
    public async Task A_slow_peer_is_not_asked_again_while_a_faster_one_is_there()
    {
        PlayedPeer? fast = null;
        PlayedPeer slow = Join(1, PorHistory.Blocks, (code, q) =>
        {
            if (code == SyncMessageCode.GetHeaders)
            {
                _time.Advance(TimeSpan.FromSeconds(9));
                fast ??= Join(2, PorHistory.Blocks, Honest);
            }

            return _history.Server.Answer(code, q);
        });
        Assert.Null(await _light.RunAsync(CancellationToken.None));
        Assert.Equal(_history.Tree.Head.Hash, _light.Chain.Head.Hash);
        Assert.Single(slow.Asked, a => a.Code == SyncMessageCode.GetHeaders);
        Assert.Equal(0, slow.Points);
    }

    private byte[]? Honest(int code, SyncQuestion question) => _history.Server.Answer(code, question);

    private PlayedPeer Join(byte id, ulong tip, Func<int, SyncQuestion, byte[]?> answer)
    {
        PlayedPeer peer = new(_sessions, id, answer);
        _sessions.Peers.Single(p => p.Id == peer.Id).Claim(tip);
        return peer;
    }
}
