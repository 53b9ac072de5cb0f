using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Rules;
using BpDao.Core;
using Microsoft.Extensions.Logging;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Runs the state machine on the chain: one loop that reads one inbox, begins each height, and hands effects to who carries them out; beside it
/// a worker for what takes long.</summary>
public sealed class PorEngine : IConsensusEngine
{
    private readonly EngineContext _context;
    private readonly ILogger _logger;
    private readonly EpochStore _epochs;
    private readonly EngineInbox _inbox = new();
    private readonly EngineTimers _timers;
    private readonly ChainWorker _worker;
    private readonly HeightContexts _contexts;
    private readonly SafetyRules? _safety;
    private readonly PorProtocol _protocol;
    private readonly Readiness _readiness;
    private readonly EvidenceKeeper _evidence;
    private readonly EvidenceGossip _gossip;
    private readonly BlockExchange _exchange;
    private readonly EffectRunner _effects;
    private readonly EngineReport _report;
    private readonly RescueCheck _rescue;

    private volatile PorStatus _status = PorStatus.NotStarted;

    internal PorEngine(ulong chainId, PorRules rules, CertificateVerifier verifier, EngineContext context, PorOptions options)
    {
        (_context, _epochs) = (context, rules.Epochs);
        _logger = context.Loggers.CreateLogger<PorEngine>();
        _timers = new EngineTimers(context.Time, _inbox);
        _worker = new ChainWorker(context.Importer, _inbox);
        _contexts = new HeightContexts(_epochs, context.Chain, context.Time);
        _readiness = new Readiness(verifier, context.Signer);
        _evidence = new EvidenceKeeper(verifier, _epochs, context.Safety);
        _exchange = new BlockExchange(context, _epochs);
        _rescue = new RescueCheck(_epochs, verifier, context.Chain, _logger);
        ProposalJob? proposals = null;
        if (context.Signer is { } signer)
        {
            _safety = new SafetyRules(context.Safety, signer, verifier.Domain, VotingRules.Default);
            if (options.UnsafeReset) _safety.TakePartAfterReset();
            OnionKeeper onions = new(signer);
            ProposalBuilder builder = new(chainId, verifier.Scheme.Id, options.Graffiti, onions, context.Producer, context.Importer, context.Time);
            proposals = new ProposalJob(builder, _readiness, _evidence, _worker, _inbox, _logger);
        }

        _gossip = new EvidenceGossip(_evidence, context.Transport, _safety, _logger);
        BlockClock clock = new(context.Time);
        _report = new EngineReport(context, _epochs, clock, _safety, _logger);
        _effects = new EffectRunner(context, _safety, _inbox, _timers, clock, _worker, proposals, _exchange, _gossip, _report);
        _protocol = new PorProtocol(_safety, VotingRules.Default, verifier);
    }

    public PorStatus Status => _status;

    /// <summary>Evidence that waits for a block, dearest first.</summary>
    public IReadOnlyList<EvidenceItem> Evidence => _evidence.Items;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using OutsideEvents outside = new(_context, _inbox, _logger);
        try
        {
            Task worker = _worker.RunAsync(stop.Token);
            Task answers = Task.Run(() => _exchange.RunAsync(stop.Token), stop.Token);
            Task loop = LoopAsync(stop.Token);
            Task first = await Task.WhenAny(worker, answers, loop).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(worker, answers, loop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first.ConfigureAwait(false);
        }
        finally
        {
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
            using WorkScope work = WorkClock.Begin(WorkKind.Consensus);
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
                    _gossip.Heard(m.Item, from);
                    break;
                case MessageReceived { Message: GetBlockMessage or GetCertificateMessage or StatusMessage, From: var asking } when !_exchange.MayAnswer(asking):
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
        _report.Note(e);
        foreach (PorEffect effect in _protocol.Handle(e))
        {
            _report.Note(effect);
            _effects.CarryOut(effect);
        }

        if (e is PeerConnected { Peer: var peer }) _gossip.ShowTo(peer);
        _status = _report.StatusOf(_protocol, _evidence.Items.Count, _inbox.Dropped);
    }

    private void BeginHeight()
    {
        BlockHeader head = _context.Chain.Head;
        _rescue.Check(head);
        IContractCaller state = _context.Contracts.At(head.Hash) ?? throw new InvalidOperationException($"There is no state of the head, block {head.Number}.");
        PorChainView view = PorChainView.Open(state, _epochs, head);
        _effects.Begin(view);
        _report.Begin(view);
        _evidence.Begin(view, _context.Chain.BlockByHash(head.Hash), _safety is null ? null : view.Bench.FindKey(_safety.Address.Bytes)?.Slot);
        HeightContext context = _contexts.Of(view);
        Process(new HeightStarted(context));
        if (!context.IsRecent && head.Number > 0) return;
        foreach (PorMessage message in _readiness.Begin(view)) _context.Transport.Broadcast(MessageCodec.Encode(message));
    }
}
