using BpDao.Consensus.Por.Evidence;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>Proof of Reputation as a state machine: events in, effects out (docs/consensus.md). Pure but for the safety record, which it
/// writes before it lets a signature out. No clock, no thread, no randomness: the same events give the same effects.</summary>
public sealed class PorProtocol
{
    // A stuck node shows where it stands every two seconds (docs/consensus.md, pacemaker).
    private const long StatusMilliseconds = 2000;

    private readonly SafetyRules? _safety;
    private readonly IVotingRules _rules;
    private readonly CertificateVerifier _verifier;
    private readonly VoteArchive _archive;
    private readonly RejectionPool _rejections = new();
    private readonly FutureMessages _future = new();
    private readonly CatchUp _catchUp = new();
    private readonly List<PorEffect> _effects = [];

    private FreshStart? _fresh;
    private HeightContext? _context;
    private HeightMachine? _machine;
    private HeightDoor? _door;
    private long _sinceStatus;
    private bool _lossReported;
    private bool _isHalted;

    /// <param name="safety">Null on a node that only follows.</param>
    public PorProtocol(SafetyRules? safety, IVotingRules rules, CertificateVerifier verifier)
    {
        (_safety, _rules, _verifier) = (safety, rules, verifier);
        _archive = new VoteArchive(verifier);
    }

    /// <summary>The height being decided; 0 before the first starts.</summary>
    public ulong Height => _context?.Height ?? 0;

    public uint Round => _machine?.Round ?? 0;

    /// <summary>The current round, for operators.</summary>
    public RoundView View => _machine?.View ?? default;

    public IReadOnlyList<PorEffect> Handle(PorEvent e)
    {
        _effects.Clear();
        switch (e)
        {
            case HeightStarted m:
                Begin(m.Context);
                break;
            case MessageReceived m:
                OnMessage(m.Message, m.From);
                break;
            case PeerConnected m:
                Emit(new Send(m.Peer, Status()));
                break;
            case RoundExpired m when m.Height == Height:
                _machine!.OnExpired(m.Round);
                break;
            case ResendDue m when m.Height == Height:
                OnResend();
                break;
            case BlockTimeReached m when m.Height == Height:
                _machine!.OnBlockTime(m.Round);
                break;
            case BlockBuilt m when m.Height == Height:
                _machine!.OnBuilt(m.Round, m.Block);
                break;
            case BlockJudged m:
                _machine?.OnJudged(m.BlockHash, m.Judgement, m.Reason, m.Detail);
                break;
            case CommitRefused m when m.Height == Height:
                _machine!.OnCommitRefused(m.BlockHash, m.Judgement, m.Detail);
                break;
        }

        return [.. _effects];
    }

    private void Begin(HeightContext context)
    {
        if (_machine is not null && context.Parent is { } parent && context.Height == Height + 1)
        {
            _archive.Close(Height, parent.Epoch, context.ParentHash, parent.Certificate, _machine.Books.Votes, _machine.Books.Statements);
        }

        _context = context;
        _archive.Begin(context);
        _rejections.Begin(context.Epoch, context.CarriedRejections);
        uint? slot = _safety is null ? null : context.Bench.FindKey(_safety.Address.Bytes)?.Slot;
        _safety?.Begin(context.Height, context.Epoch, slot);
        SettleLostRecord(context, slot);
        _machine = new HeightMachine(context, _safety, _rules, _verifier, _rejections, Material, Emit);
        _door = new HeightDoor(context, _safety, new MessageCheck(context, _rules, _verifier), _machine, Emit);
        _sinceStatus = 0;
        _machine.Start();
        foreach ((HeightMessage message, PeerId from) in _future.Take(context.Height)) OnMessage(message, from);
        if (_catchUp.Ask(context.Height) is { } ask) Emit(ask);
    }

    /// <summary>Protocol rule 4.6: who lost the record sits out every height that may have been voted on. Known as soon as the head is recent,
    /// on the bench or not yet: a newcomer must not sit out the first height that needs its vote. Alone on the bench nobody else can have
    /// seen a vote. At genesis, whether the network is new is known from the first peer's status.</summary>
    private void SettleLostRecord(HeightContext context, uint? slot)
    {
        if (_safety is null || _safety.TakesPartFrom is not null) return;
        if (slot is not null && !_lossReported && (_safety.Condition == SafetyCondition.Damaged || context.Height > 1))
        {
            _lossReported = true;
            Emit(new Alarm(AlarmKind.SafetyRecordLost, $"the safety record is {(_safety.Condition == SafetyCondition.Damaged ? "damaged" : "missing")}"));
        }

        bool isAlone = slot is not null && context.Bench.Members.Count == 1;
        if (isAlone && _safety.Condition == SafetyCondition.Missing) _safety.TakePartFrom(context.Height);
        else if (!isAlone && context.Height > 1 && context.IsRecent) _safety.TakePartFrom(context.Height + 1 + context.MayBeBehind);
    }

    private void OnMessage(PorMessage message, PeerId from)
    {
        // Who asks is answered; but what is final nobody can say any more.
        _isHalted |= _machine?.IsHalted == true;
        if (_isHalted && message is not (GetBlockMessage or GetCertificateMessage)) return;
        switch (message)
        {
            case StatusMessage m:
                OnStatus(m, from);
                break;
            case GetBlockMessage m:
                if (_machine?.Books.Blocks.Find(m.BlockHash) is { } block) Emit(new Send(from, new BlockMessage(block)));
                else Emit(new ServeBlock(from, m.BlockHash));
                break;
            case GetCertificateMessage m:
                Emit(new ServeCertifiedBlock(from, m.Height));
                break;
            case BlockMessage m:
                _door?.OnBlock(m.Block);
                break;
            case CertifiedBlockMessage m:
                _door?.OnCertifiedBlock(m.Block, m.Certificate, from);
                break;
            case HeightMessage m when _machine is not null:
                OnHeightMessage(m, from);
                break;
        }
    }

    private void OnHeightMessage(HeightMessage message, PeerId from)
    {
        if (message.Height > Height)
        {
            // Somebody has committed this height already, or claims to.
            if (message.Height == Height + 1) _future.Add(message, from);
            _catchUp.Learn(from, message.Height - 1);
            if (!_machine!.IsCommitting && _catchUp.Ask(Height) is { } ask) Emit(ask);
            return;
        }

        if (message.Height < Height)
        {
            OnOldMessage(message, from);
            return;
        }

        switch (message)
        {
            case Proposal m:
                _door!.OnProposal(m, from);
                break;
            case Vote m:
                _door!.OnVote(m, from);
                break;
            case TimeoutMessage m:
                _door!.OnTimeout(m, from);
                break;
            case BlockCertificateMessage m:
                _door!.OnCertificate(m.Certificate, from);
                break;
            case TimeoutCertificateMessage m:
                _door!.OnTimeoutCertificate(m, from);
                break;
        }
    }

    private void OnOldMessage(HeightMessage message, PeerId from)
    {
        switch (message)
        {
            case Vote m:
                if (_archive.Offer(m)) Emit(new Relay(m, from));
                else Report(_archive.Examine(SignedStatement.Of(m)));
                break;
            case Proposal m when _archive.ProposerOf(m.Height, m.Round) is { } proposer:
                Report(_archive.Examine(SignedStatement.Of(m, proposer)));
                break;
            case TimeoutMessage m:
                Emit(new ServeCertificate(from, message.Height));
                Report(_archive.Examine(SignedStatement.Of(m)));
                break;
            case TimeoutCertificateMessage m:
                Report(_archive.Examine(m));
                break;
            case BlockCertificateMessage m when _archive.Contradicts(m.Certificate) is { } committed:
                _isHalted = true;
                _safety?.Stop();
                Report(EvidenceItem.TwoCommits(committed, m.Certificate) is { } item ? [item] : _archive.Examine(m.Certificate));
                Emit(new Alarm(AlarmKind.ConflictingCommit, $"{committed.BlockHash} and {m.Certificate.BlockHash} at height {m.Height}") { Certificates = [committed, m.Certificate] });
                break;
        }
    }

    private void Report(IReadOnlyList<EvidenceItem> items)
    {
        foreach (EvidenceItem item in items)
        {
            Emit(new Contradiction(item));
            if (_safety?.Slot is not { } own || !item.Offenders.Contains(own) || _safety.IsForgiven) continue;
            _safety.Stop();
            Emit(new Alarm(AlarmKind.KeyInUseElsewhere, $"this key contradicts itself: {item}"));
        }
    }

    private void OnStatus(StatusMessage status, PeerId from)
    {
        if (_context is null) return;
        _catchUp.Learn(from, status.Committed);
        SettleStart(from, status.Committed);
        if (status.Committed + 1 < Height)
        {
            Emit(new Send(from, Status())); // it is behind, and will pull
        }
        else if (status.Committed >= Height)
        {
            if (!_machine!.IsCommitting && _catchUp.Ask(Height) is { } ask) Emit(ask);
        }
        else
        {
            if (status.Highest is { } tc) _door!.OnTimeoutCertificate(new TimeoutCertificateMessage(_context.Epoch, Height, tc), from);
            if (status.Round < Round && _machine!.LastTimeoutCertificate is { } newer)
            {
                Emit(new Send(from, new TimeoutCertificateMessage(_context.Epoch, Height, newer)));
            }
        }
    }

    private void SettleStart(PeerId? from, ulong committed)
    {
        if (_safety is not { TakesPartFrom: null, Condition: SafetyCondition.Missing } || Height != 1) return;
        _fresh ??= new FreshStart(_context!.Bench.Members.Count);
        if (from is { } peer) _fresh.Learn(peer, committed);
        else _fresh.Tick();
        if (!_fresh.IsSettled(_catchUp.Claimed)) return;
        _safety.TakePartFrom(1);
        _machine!.Resume();
    }

    private void OnResend()
    {
        long period = _context!.Timers.ResendMilliseconds;
        _machine!.SayAgain();
        SettleStart(null, 0);
        if (_catchUp.Ask(Height, again: true) is { } ask && !_machine.IsCommitting) Emit(ask);
        _sinceStatus += period;
        if (_sinceStatus >= StatusMilliseconds)
        {
            _sinceStatus = 0;
            Emit(new Broadcast(Status()));
        }

        Emit(new StartResend(Height, period));
    }

    private StatusMessage Status() =>
        _context is null ? new StatusMessage(0, Hash256.Zero, 0, null)
        : new StatusMessage(Height - 1, _context.ParentHash, Round, _machine!.LastTimeoutCertificate);

    private ProposalMaterial Material(TimeoutCertificate? justification) => new(
        _archive.ParentCertificate(Height - 1), justification, _archive.Against(Height - 1), _archive.Late(Height, _context!.LateWindow),
        _rejections.ForPayload);

    private void Emit(PorEffect effect) => _effects.Add(effect);
}
