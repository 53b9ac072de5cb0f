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
    private readonly ClosedHeights _closed;
    private readonly LostRecord? _lost;
    private readonly RejectionPool _rejections = new();
    private readonly FutureMessages _future = new();
    private readonly CatchUp _catchUp = new();
    private readonly List<PorEffect> _effects = [];

    private HeightContext? _context;
    private HeightMachine? _machine;
    private HeightDoor? _door;
    private long _sinceStatus;
    private bool _isHalted;

    /// <param name="safety">Null on a node that only follows.</param>
    public PorProtocol(SafetyRules? safety, IVotingRules rules, CertificateVerifier verifier)
    {
        (_safety, _rules, _verifier) = (safety, rules, verifier);
        _archive = new VoteArchive(verifier);
        _closed = new ClosedHeights(_archive, safety, Emit);
        _lost = safety is null ? null : new LostRecord(safety, Emit);
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
                _machine?.Rules.OnJudged(m.BlockHash, m.Judgement, m.Reason, m.Detail);
                break;
            case CommitRefused m when m.Height == Height:
                _machine!.Parts.Commit.OnRefused(m.BlockHash, m.Judgement, m.Detail);
                break;
        }

        return [.. _effects];
    }

    private void Begin(HeightContext context)
    {
        if (_machine is not null && context.Parent is { } parent && context.Height == Height + 1)
        {
            _closed.Report(_archive.Close(Height, parent.Epoch, context.ParentHash, parent.Certificate, _machine.Books.Votes, _machine.Books.Statements));
        }

        _context = context;
        _archive.Begin(context);
        _rejections.Begin(context.Epoch, context.CarriedRejections);
        uint? slot = _safety is null ? null : context.Bench.FindKey(_safety.Address.Bytes)?.Slot;
        _safety?.Begin(context.Height, context.Epoch, slot);
        _lost?.Begin(context, slot);
        bool isFirst = _machine is null;
        _machine = new HeightMachine(context, _safety, _rules, _verifier, _rejections, Material, Emit);
        _door = new HeightDoor(context, _safety, new MessageCheck(context, _rules, _verifier), _machine, Emit);
        _sinceStatus = 0;
        _machine.Start(isFirst);
        foreach ((HeightMessage message, PeerId from) in _future.Take(context.Height)) OnMessage(message, from);
        if (_catchUp.Ask(context.Height) is { } ask) Emit(ask);
    }

    private void OnMessage(PorMessage message, PeerId from)
    {
        // Who asks is answered; but what is final nobody can say any more.
        _isHalted |= _closed.IsHalted || _machine?.Parts.Commit.IsHalted == true;
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
            if (!_machine!.Parts.Commit.IsUnderWay && _catchUp.Ask(Height) is { } ask) Emit(ask);
            return;
        }

        if (message.Height < Height)
        {
            _closed.OnMessage(message, from);
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

    private void OnStatus(StatusMessage status, PeerId from)
    {
        if (_context is null) return;
        _catchUp.Learn(from, status.Committed);
        if (_lost?.Learn(_context, from, status.Committed, _catchUp.Claimed) == true) _machine!.Resume();
        if (status.Committed + 1 < Height)
        {
            Emit(new Send(from, Status())); // it is behind, and will pull
        }
        else if (status.Committed >= Height)
        {
            if (!_machine!.Parts.Commit.IsUnderWay && _catchUp.Ask(Height) is { } ask) Emit(ask);
        }
        else
        {
            if (status.Highest is { } tc) _door!.OnTimeoutCertificate(new TimeoutCertificateMessage(_context.Epoch, Height, tc), from);
            if (status.Round < Round && _machine!.Parts.Pace.LastCertificate is { } newer)
            {
                Emit(new Send(from, new TimeoutCertificateMessage(_context.Epoch, Height, newer)));
            }
        }
    }

    private void OnResend()
    {
        long period = _context!.Timers.ResendMilliseconds;
        _machine!.SayAgain();
        if (_lost?.Tick(_context, _catchUp.Claimed) == true) _machine.Resume();
        if (_catchUp.Ask(Height, again: true) is { } ask && !_machine.Parts.Commit.IsUnderWay) Emit(ask);
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
        : new StatusMessage(Height - 1, _context.ParentHash, Round, _machine!.Parts.Pace.LastCertificate);

    private ProposalMaterial Material(TimeoutCertificate? justification) => new(
        _archive.ParentCertificate(Height - 1), justification, _archive.Against(Height - 1), _archive.Late(Height, _context!.LateWindow),
        _rejections.ForPayload);

    private void Emit(PorEffect effect) => _effects.Add(effect);
}
