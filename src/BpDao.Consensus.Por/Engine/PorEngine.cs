using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Rules;
using BpDao.Core;
using Microsoft.Extensions.Logging;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Carries out what the state machine decides: one loop, one inbox, timers, and a worker for what takes long. It decides nothing
/// itself but when a block's time has come.</summary>
public sealed class PorEngine : IConsensusEngine
{
    // Protocol rule 2.6: a block this far ahead of the clock gets no vote yet.
    private static readonly TimeSpan MaxAhead = TimeSpan.FromSeconds(2);

    // Nobody honest is further ahead than a broken clock; what is, is forgotten.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    private readonly PorRules _rules;
    private readonly CertificateVerifier _verifier;
    private readonly EngineContext _context;
    private readonly ILogger _logger;
    private readonly EngineInbox _inbox = new();
    private readonly EngineTimers _timers;
    private readonly ChainWorker _worker;
    private readonly HeightContexts _contexts;
    private readonly SafetyRules? _safety;
    private readonly PorProtocol _protocol;
    private readonly Readiness _readiness;
    private readonly EvidenceKeeper _evidence;
    private readonly AnswerBudget _answers;
    private readonly ProposalBuilder? _builder;

    private PorChainView? _view;
    private string? _alarm;
    private RoundSummary? _lastFailure;
    private HeightSummary? _lastHeight;
    private DateTimeOffset _dueAt;
    private bool _isRescueChecked;
    private volatile PorStatus _status = PorStatus.NotStarted;

    internal PorEngine(ulong chainId, PorRules rules, CertificateVerifier verifier, EngineContext context, PorOptions options)
    {
        (_rules, _verifier, _context) = (rules, verifier, context);
        _logger = context.Loggers.CreateLogger<PorEngine>();
        _timers = new EngineTimers(context.Time, _inbox);
        _worker = new ChainWorker(context.Importer, _inbox);
        _contexts = new HeightContexts(rules.Epochs, context.Chain, context.Time);
        if (context.Signer is { } signer)
        {
            _safety = new SafetyRules(context.Safety, signer, verifier.Domain, VotingRules.Default);
            if (options.UnsafeReset) _safety.TakePartAfterReset();
            OnionKeeper onions = new(signer);
            _builder = new ProposalBuilder(chainId, verifier.Scheme.Id, options.Graffiti, onions, context.Producer, context.Importer, context.Time);
        }

        _readiness = new Readiness(verifier, context.Signer);
        _evidence = new EvidenceKeeper(verifier, rules.Epochs, context.Safety);
        _answers = new AnswerBudget(context.Time);
        _protocol = new PorProtocol(_safety, VotingRules.Default, verifier);
    }

    public PorStatus Status => _status;

    /// <summary>Evidence that waits for a block, oldest first.</summary>
    public IReadOnlyList<EvidenceItem> Evidence => _evidence.Items;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _context.Transport.Received += OnReceived;
        _context.Transport.PeerConnected += OnPeerConnected;
        _context.Importer.Committed += OnCommitted;
        if (_context.Sync is { } sync) sync.CaughtUp += OnCaughtUp;
        try
        {
            Task worker = _worker.RunAsync(stop.Token);
            Task loop = LoopAsync(stop.Token);
            Task first = await Task.WhenAny(worker, loop).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(worker, loop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first.ConfigureAwait(false);
        }
        finally
        {
            _context.Transport.Received -= OnReceived;
            _context.Transport.PeerConnected -= OnPeerConnected;
            _context.Importer.Committed -= OnCommitted;
            if (_context.Sync is { } done) done.CaughtUp -= OnCaughtUp;
            _timers.Dispose();
        }
    }

    public ValueTask DisposeAsync()
    {
        _timers.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task LoopAsync(CancellationToken cancellationToken)
    {
        BeginHeight();
        foreach (PeerId peer in _context.Transport.Peers) Process(new PeerConnected(peer));
        await foreach (PorEvent e in _inbox.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            // Meanwhile the download commits: what is said about a height on the way, and this node's own timers, are of no use.
            if (_context.Sync is { IsFarBehind: true }) continue;
            switch (e)
            {
                case HeadMoved moved:
                    if (moved.Number >= _protocol.Height) BeginHeight();
                    break;
                case JudgeDue due:
                    _timers.StopJudge(due.Block.Hash);
                    _worker.Judge(due.Block);
                    break;
                case EvidenceRefused refused:
                    _evidence.Refuse(refused.Items);
                    break;
                case MessageReceived { Message: EvidenceMessage m, From: var from }:
                    if (_evidence.Offer(m.Item, out string? fault))
                    {
                        _logger.Contradicted(m.Item);
                        Spread(m.Item, from);
                    }
                    else if (fault is not null) _context.Transport.Misbehaved(from, $"evidence that proves nothing: {fault}");
                    break;
                case MessageReceived { Message: GetBlockMessage or GetCertificateMessage or StatusMessage, From: var asking } when !_answers.MayAnswer(asking):
                    break;
                case MessageReceived { Message: SaltCommitMessage or SaltRevealMessage or ReadyMessage } m:
                    if (_readiness.Offer(m.Message, out bool isForged)) _context.Transport.Relay(m.From, MessageCodec.Encode(m.Message));
                    else if (isForged) _context.Transport.Misbehaved(m.From, $"a {m.Message.GetType().Name} without its slot's signature");
                    break;
                default:
                    Process(e);
                    break;
            }
        }
    }

    private void Process(PorEvent e)
    {
        foreach (PorEffect effect in _protocol.Handle(e)) CarryOut(effect);
        if (e is PeerConnected { Peer: var peer })
        {
            foreach (EvidenceItem item in _evidence.Items.Take(MaxShown)) _context.Transport.Send(peer, MessageCodec.Encode(new EvidenceMessage(item)));
        }

        PublishStatus();
    }

    // To a peer that comes: the others come to it from others.
    private const int MaxShown = 16;

    private void Spread(EvidenceItem item, PeerId from) => _context.Transport.Relay(from, MessageCodec.Encode(new EvidenceMessage(item)));

    private void BeginHeight()
    {
        BlockHeader head = _context.Chain.Head;
        bool isFirst = _view is null;
        if (!_isRescueChecked) CheckRescue(head);
        IContractCaller state = _context.Contracts.At(head.Hash) ?? throw new InvalidOperationException($"There is no state of the head, block {head.Number}.");
        _view = PorChainView.Open(state, _rules.Epochs, head);
        _timers.Stop(EngineTimers.Kind.BlockTime);
        _timers.StopJudging();
        if (isFirst) LogStart(_view);
        else LogBlock(head);
        _dueAt = _context.Time.GetUtcNow() + UntilBlockTime();

        _evidence.Begin(_view, _context.Chain.BlockByHash(head.Hash), _safety is null ? null : _view.Bench.FindKey(_safety.Address.Bytes)?.Slot);
        HeightContext context = _contexts.Of(_view);
        Process(new HeightStarted(context));
        if (!context.IsRecent && head.Number > 0) return;
        foreach (PorMessage message in _readiness.Begin(_view)) _context.Transport.Broadcast(MessageCodec.Encode(message));
    }

    /// <exception cref="InvalidDataException">What the operator gave is not what the others agreed on: going on would be another chain.</exception>
    private void CheckRescue(BlockHeader head)
    {
        if (_rules.Epochs.Rescue is not { } rescue)
        {
            _isRescueChecked = true;
            return;
        }

        if (head.Number < rescue.Height) return;
        if (_context.Chain.HeaderByNumber(rescue.Height)?.Hash != rescue.Hash) throw new InvalidDataException($"The rescue names {rescue.Hash} as block {rescue.Height}; this node has another one.");
        string? fault = _rules.Epochs.BenchOf(rescue.Epoch) is { } bench ? rescue.FaultOf(bench, _verifier, out _) : $"the bench of epoch {rescue.Epoch} is not known here";
        if (fault is not null) throw new InvalidDataException($"The rescue of block {rescue.Height} is not good: {fault}.");
        _isRescueChecked = true;
        _logger.Rescued(rescue.Height, rescue.UntilEpoch, string.Join(", ", rescue.Lost));
    }

    private void CarryOut(PorEffect effect)
    {
        switch (effect)
        {
            case Broadcast m:
                _context.Transport.Broadcast(MessageCodec.Encode(m.Message));
                break;
            case Relay m:
                _context.Transport.Relay(m.From.GetValueOrDefault(), MessageCodec.Encode(m.Message));
                break;
            case Send { Message: BlockMessage } m:
                Answer(m.Peer, m.Message);
                break;
            case Send m:
                _context.Transport.Send(m.Peer, MessageCodec.Encode(m.Message));
                break;
            case StartTimer m:
                TimeSpan wait = m.Round == 0 ? UntilBlockTime() : TimeSpan.Zero;
                _timers.Start(EngineTimers.Kind.Round, wait + TimeSpan.FromMilliseconds(m.Milliseconds), new RoundExpired(m.Height, m.Round));
                break;
            case StartResend m:
                _timers.Start(EngineTimers.Kind.Resend, TimeSpan.FromMilliseconds(Jittered(m.Milliseconds)), new ResendDue(m.Height));
                break;
            case AwaitBlockTime m:
                _timers.Start(EngineTimers.Kind.BlockTime, UntilBlockTime(), new BlockTimeReached(m.Height, m.Round));
                break;
            case BuildProposal m:
                Build(m);
                break;
            case Judge m:
                Judge(m.Block);
                break;
            case Commit m:
                _worker.Commit(m.Block, m.Certificate);
                break;
            case AskBlock m:
                Ask(new GetBlockMessage(m.BlockHash), m.Hint, m.Attempt);
                break;
            case AskCertifiedBlock m:
                Ask(new GetCertificateMessage(m.Height), m.Hint, m.Attempt);
                break;
            case ServeBlock m:
                if (_context.Chain.BlockByHash(m.BlockHash) is { } block) Answer(m.Peer, new BlockMessage(block));
                break;
            case ServeCertifiedBlock m:
                if (CommittedAt(m.Height) is var (committed, certificate)) Answer(m.Peer, new CertifiedBlockMessage(committed, certificate));
                break;
            case ServeCertificate m:
                if (_answers.MayAnswer(m.Peer) && CommittedAt(m.Height) is var (known, votes) && _rules.Epochs.RecordOf(m.Height) is { } record)
                {
                    Answer(m.Peer, new BlockCertificateMessage(new BlockCertificate(MessageKind.Vote2, record.Epoch, m.Height, known.Hash, votes)));
                }

                break;
            case RoundFailed m:
                OnRoundFailed(m);
                break;
            case Contradiction m:
                _logger.Contradicted(m.Evidence);
                if (_evidence.Offer(m.Evidence, out _)) Spread(m.Evidence, default);
                break;
            case Misbehaviour m:
                _context.Transport.Misbehaved(m.Peer, m.What);
                break;
            case Alarm { Kind: AlarmKind.SafetyRecordLost } m:
                _logger.RecordLost(m.Kind.ToString(), m.Detail);
                break;
            case Alarm m:
                _alarm ??= $"{m.Kind}: {m.Detail}";
                _logger.Stopped(m.Kind.ToString(), m.Detail);
                if (_context.Reports is { } reports) AlarmReport.Keep(reports, m, _protocol.Height, _context.Time.GetUtcNow());
                break;
        }
    }

    private void Build(BuildProposal m)
    {
        if (_builder is null || _safety?.Slot is not { } slot) return;
        PorChainView view = _view!;
        CollectedItems collected = _readiness.Collect(view) with { Evidence = _evidence.ForPayload() };
        _worker.Add(cancellationToken =>
        {
            if (_builder.Compose(view, slot, m.Material, collected) is not { } payload)
            {
                _logger.NotBuilt(m.Height, m.Round, "the onion registered for this slot does not come from this key");
                return;
            }

            Block? block = _builder.BuildOrDrop(view, slot, payload, out BlockVerdict refusal, out bool isEvidenceUseless, cancellationToken);
            if (isEvidenceUseless) _inbox.Post(new EvidenceRefused(payload.Evidence));
            if (block is not null) _inbox.Post(new BlockBuilt(m.Height, m.Round, block));
            // The chain may have moved on meanwhile; then nobody wants the block.
            if (!refusal.IsValid && !refusal.IsTransient) _logger.NotBuilt(m.Height, m.Round, refusal.ToString());
        });
    }

    private void Judge(Block block)
    {
        TimeSpan ahead = DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(block.Header.Timestamp, MaxUnixSeconds)) - _context.Time.GetUtcNow() - MaxAhead;
        if (ahead <= TimeSpan.Zero) _worker.Judge(block);
        else if (ahead > MaxWait || !_timers.TryStartJudge(block.Hash, ahead, new JudgeDue(block))) _inbox.Post(new BlockJudged(block.Hash, Judgement.Silent, (byte)BlockError.TimestampTooFarAhead));
    }

    // 31 December 9999, the last that DateTimeOffset can hold.
    private const ulong MaxUnixSeconds = 253_402_300_799;

    private TimeSpan UntilBlockTime()
    {
        DateTimeOffset earliest = DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(_view!.Parent.Timestamp + _view.Context.MinBlockInterval, MaxUnixSeconds));
        TimeSpan wait = earliest - _context.Time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    // A fifth either way, so that stuck nodes do not all speak at once; it decides nothing.
    private static long Jittered(long milliseconds) => milliseconds - (milliseconds / 5) + Random.Shared.NextInt64((milliseconds * 2 / 5) + 1);

    private void Ask(PorMessage question, PeerId? hint, int attempt)
    {
        PeerId[] peers = [.. _context.Transport.Peers];
        if (peers.Length == 0) return;
        SendTo(attempt == 0 && hint is { } first && peers.Contains(first) ? first : peers[attempt % peers.Length], question);
    }

    private void Answer(PeerId peer, PorMessage message)
    {
        byte[] encoded = MessageCodec.Encode(message);
        _answers.Spend(peer, encoded.Length);
        _context.Transport.Send(peer, encoded);
    }

    private void SendTo(PeerId peer, PorMessage message) => _context.Transport.Send(peer, MessageCodec.Encode(message));

    private (Block Block, Certificate Certificate)? CommittedAt(ulong height) =>
        height > 0 && _context.Chain.HeaderByNumber(height) is { } header && _context.Chain.BlockByHash(header.Hash) is { } block
        && _context.Chain.CertificateByNumber(height) is { } bytes && CertificateCodec.TryDecode(bytes, out Certificate? certificate)
            ? (block, certificate) : null;

    // ---- what comes in, on other threads

    private void OnReceived(PeerId peer, ReadOnlyMemory<byte> message)
    {
        if (MessageCodec.TryDecode(message.Span, out PorMessage? decoded)) _inbox.TryPostFromPeer(peer, new MessageReceived(decoded, peer), message.Length);
        else
        {
            _logger.NoMessage(peer, message.Length);
            _context.Transport.Misbehaved(peer, $"{message.Length} bytes that are no consensus message");
        }
    }

    private void OnPeerConnected(PeerId peer) => _inbox.TryPostFromPeer(peer, new PeerConnected(peer), 0);

    private void OnCommitted(Block block) => _inbox.Post(new HeadMoved(block.Number));

    // Above every height: the one at hand is begun anew, as after a restart.
    private void OnCaughtUp() => _inbox.Post(new HeadMoved(ulong.MaxValue));

    // ---- what people read

    private void LogStart(PorChainView view)
    {
        string role = _safety is null ? "follows" : view.Bench.FindKey(_safety.Address.Bytes) is { } self ? $"votes as slot {self.Slot}" : "is not on the bench";
        _logger.Starts(view.Height, view.Epoch, view.Bench.Members.Count, role);
        foreach (BenchMember member in view.Bench.Members)
        {
            if (view.Bench.IsBlocking(member.Weight)) _logger.HoldsAThird(member.Slot, Percent(member.Weight, view.Bench));
        }
    }

    private void LogBlock(BlockHeader head)
    {
        if (_rules.Epochs.RecordOf(head.Number) is not { } record || CommittedAt(head.Number) is not var (block, certificate)) return;
        Bench bench = _rules.Epochs.BenchAt(head.Number, record.Epoch)!;
        UInt256 weight = UInt256.Zero;
        foreach (uint slot in certificate.Signers.Slots()) weight += bench.WeightOf(slot);
        uint[] absent = [.. bench.Members.Where(m => !certificate.Signers.Contains(m.Slot)).Select(m => m.Slot)];
        long took = Math.Max(0, (long)(_context.Time.GetUtcNow() - _dueAt).TotalMilliseconds);
        _lastHeight = new HeightSummary(head.Number, head.Hash, record.Producer, certificate.Round, weight, absent, took);
        _logger.Finalised(
            head.Number, head.Hash, record.Producer, certificate.Round, block.Transactions.Count, head.GasUsed, Percent(weight, bench), took,
            absent.Length == 0 ? "nobody" : string.Join(", ", absent));
        if (record.SafeMode) _logger.SafeMode(head.Number);
    }

    private void OnRoundFailed(RoundFailed m)
    {
        Bench bench = _view!.Bench;
        uint[] silent = m.Silent.Slots();
        _lastFailure = new RoundSummary(m.Height, m.Round, m.Leader, m.HadProposal, m.WeightFor, m.WeightAgainst, silent);
        string names = silent.Length == 0 ? "nobody" : string.Join(", ", silent.Select(s => $"{s} ({Percent(bench.WeightOf(s), bench)} %)"));
        _logger.RoundFailed(
            m.Round, m.Height, m.Leader, m.HadProposal ? "proposed" : "was silent", Percent(m.WeightFor, bench), Percent(m.WeightAgainst, bench), names);
    }

    private static ulong Percent(UInt256 weight, Bench bench) => (ulong)UInt256.Min(weight * 100 / bench.TotalWeight, 100);

    private void PublishStatus()
    {
        PorChainView view = _view!;
        _status = new PorStatus(
            _protocol.Height, view.Epoch, view.Position, _protocol.Round, view.LeaderOf(_protocol.Round), _safety?.Slot, _safety?.TakesPart ?? false,
            _alarm, _lastFailure, _inbox.Dropped)
        {
            View = _protocol.View,
            TotalWeight = view.Bench.TotalWeight,
            LastHeight = _lastHeight,
            Evidence = _evidence.Items.Count,
        };
    }

    private sealed record HeadMoved(ulong Number) : PorEvent;

    private sealed record JudgeDue(Block Block) : PorEvent;

    private sealed record EvidenceRefused(IReadOnlyList<EvidenceItem> Items) : PorEvent;
}
