using BpDao.Consensus.Por.Evidence;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>One height from its first round to its commit: rules P, V1, QC1, V2, C, T, TC and RC of docs/consensus.md. Pure: messages and
/// answers in, effects out. A node that does not vote runs the same machine without <see cref="SafetyRules"/>.</summary>
internal sealed class HeightMachine
{
    private readonly HeightContext _context;
    private readonly SafetyRules? _safety;
    private readonly CertificateVerifier _verifier;
    private readonly Action<PorEffect> _emit;
    private readonly Func<TimeoutCertificate?, ProposalMaterial> _material;
    private readonly RejectionPool _rejections;
    private readonly BlockSearch _search;
    private readonly RoundLead _lead;

    private uint _round;
    private TimeoutCertificate? _lastTc;
    private BlockCertificate? _commit;
    private bool _isCommitting;
    private bool _isAlarmed;
    private bool _isHalted;

    public HeightMachine(
        HeightContext context, SafetyRules? safety, IVotingRules rules, CertificateVerifier verifier, RejectionPool rejections,
        Func<TimeoutCertificate?, ProposalMaterial> material, Action<PorEffect> emit)
    {
        (_context, _safety, _verifier, _rejections, _material, _emit) = (context, safety, verifier, rejections, material, emit);
        Books = new HeightBooks(context);
        Watch = new ContradictionWatch(Books.Statements, verifier.Scheme, Report);
        _search = new BlockSearch(Blocks, emit);
        _lead = new RoundLead(context, safety, rules, Blocks, _search, emit);
    }

    /// <summary>What was heard about this height.</summary>
    public HeightBooks Books { get; }

    /// <summary>Who contradicts himself at it.</summary>
    public ContradictionWatch Watch { get; }

    /// <summary>Two blocks of this height have commit certificates: neither is taken, and nothing goes on here.</summary>
    public bool IsHalted => _isHalted;

    public uint Round => _round;

    /// <summary>The timeout certificate that led into the current round.</summary>
    public TimeoutCertificate? LastTimeoutCertificate => _lastTc;

    public bool IsCommitting => _isCommitting;

    /// <summary>The block that has a commit certificate.</summary>
    public Hash256? CommittedHash => _commit?.BlockHash;

    private bool IsOpen(uint round) => round == _round && !_isCommitting && (round == 0 || Justification is not null);

    private ulong Height => _context.Height;

    private BlockBook Blocks => Books.Blocks;

    private VoteCollector Votes => Books.Votes;

    private TimeoutCollector Timeouts => Books.Timeouts;

    /// <summary>What led into the current round; null in round 0, and where it is not here.</summary>
    private TimeoutCertificate? Justification => _round > 0 && _lastTc?.Round + 1 == _round ? _lastTc : null;

    /// <summary>Takes up what the safety record remembers of this height, says it again, and lets the round run.</summary>
    public void Start()
    {
        if (_safety is not null)
        {
            SafetyRecord record = _safety.Record;
            _round = record.CurrentRound;
            foreach (Hash256 hash in record.KeptBlocks)
            {
                if (_safety.KeptBlock(hash) is { } block && block.Number == Height) Blocks.Add(block);
            }

            if (_safety.Recall() is { } proposal) TakeUp(proposal);
            if (record.Vote1 is { } vote1) Accept(vote1, from: null);
            if (record.Vote2 is { } vote2) Accept(vote2, from: null);
            if (record.HighQc is { } qc) OnQc1(qc, from: null);
            if (record.Timeout is { } timeout) Accept(timeout, from: null);
        }

        _emit(new StartTimer(Height, _round, _context.Timers.MillisecondsOf(_round)));
        _emit(new StartResend(Height, _context.Timers.ResendMilliseconds));
        SayAgain();
        StartProposing();
    }

    /// <summary>This key may sign at this height after all: everything that it kept silent about is looked at again.</summary>
    public void Resume()
    {
        _emit(new StartTimer(Height, _round, _context.Timers.MillisecondsOf(_round)));
        StartProposing();
        if (Books.ProposalOf(_round) is { } proposal) ConsiderFirstVote(proposal);
        if (Books.HighestQc is { } qc) FollowQc1(qc, from: null);
        GiveUpIfRejected();
        Join();
    }

    /// <summary>For operators.</summary>
    public RoundView View
    {
        get
        {
            RoundPhase phase = _isHalted ? RoundPhase.Halted
                : _isCommitting ? RoundPhase.Commit
                : _safety?.Record.TimeoutRound >= _round ? RoundPhase.GivenUp
                : Books.HasQc(_round) ? RoundPhase.SecondVote
                : Books.ProposalOf(_round) is not null ? RoundPhase.FirstVote
                : RoundPhase.Proposal;
            return Books.ViewOf(_round, phase);
        }
    }

    // ---- what others say, checked by HeightDoor

    public void Accept(Proposal p, PeerId from)
    {
        TakeUp(p);
        if (p.Justification is { } tc) Accept(tc, from);
        ConsiderFirstVote(p);
    }

    public void Accept(Vote vote, PeerId? from)
    {
        Watch.Note(SignedStatement.Of(vote));
        if (Votes.Add(vote) is not null) return; // the first vote of the two counts

        if (Votes.IsQuorum(vote.Round, vote.Kind, vote.BlockHash)) Certify(vote, from);
        GiveUpIfRejected();
    }

    public void Accept(TimeoutMessage timeout, PeerId? from)
    {
        Watch.Note(SignedStatement.Of(timeout));
        Timeouts.Add(timeout);
        if (timeout.Round >= _round && Timeouts.TryCertify(timeout.Round, _verifier.Scheme, Books.FindQc) is { } tc)
        {
            _emit(new Relay(new TimeoutCertificateMessage(_context.Epoch, Height, tc), null));
            Accept(tc, from);
        }

        Join();
    }

    public void Accept(BlockCertificate c, PeerId? from)
    {
        switch (c.Kind)
        {
            case MessageKind.Vote1For:
                OnQc1(c, from);
                break;
            case MessageKind.Vote2:
                OnCommitCertificate(c, from);
                break;
            case MessageKind.Vote1Against:
                OnRejection(c);
                break;
        }
    }

    /// <summary>Rule TC.</summary>
    public void Accept(TimeoutCertificate tc, PeerId? from)
    {
        Watch.Note(tc, _context.Epoch, Height);
        if (CertificateVerifier.HighQcOf(tc, _context.Epoch, Height) is { } qc) OnQc1(qc, from);
        if (tc.Round + 1 < _round || (tc.Round + 1 == _round && _lastTc?.Round == tc.Round)) return;
        _lastTc = tc;
        if (tc.Round + 1 > _round) EnterRound(tc.Round + 1);
        else StartProposing();
    }

    /// <summary>A block that was looked for.</summary>
    public void Accept(Block block)
    {
        Books.Complete(block);
        if (Books.ProposalOf(_round) is { } proposal && proposal.Block.Hash == block.Hash) ConsiderFirstVote(proposal);
        foreach (BlockCertificate qc in Books.QcsOf(block.Hash)) FollowQc1(qc, from: null);
        FollowCommit(from: null);
        StartProposing();
    }

    /// <summary>The same proposal again: its block may have got silence before.</summary>
    public void Remind(Proposal known) => ConsiderFirstVote(known);

    /// <summary>The key is in use elsewhere, or the world and this node disagree: nothing is signed any more.</summary>
    public void StopSigning(AlarmKind kind, string detail, Block? block = null, params IReadOnlyList<BlockCertificate> certificates)
    {
        _safety?.Stop();
        if (_isAlarmed) return;
        _isAlarmed = true;
        _emit(new Alarm(kind, detail) { Block = block, Certificates = certificates });
    }

    // ---- what the engine answers

    public void OnExpired(uint round)
    {
        if (round == _round && !_isCommitting) GiveUp(round);
    }

    public void OnBlockTime(uint round)
    {
        if (IsOpen(round) && _lead.MayBuild(round)) _emit(new BuildProposal(Height, round, _material(Justification)));
    }

    public void OnBuilt(uint round, Block block)
    {
        if (IsOpen(round)) Announce(_lead.Propose(round, block, Justification));
    }

    public void OnJudged(Hash256 hash, Judgement judgement, byte reason, string? detail)
    {
        if (Blocks.Find(hash) is null) return;
        if (judgement == Judgement.WrongBody)
        {
            _search.Discard(hash);
            return;
        }

        Blocks.SetJudgement(hash, judgement, reason, detail);
        if (judgement == Judgement.Silent) return;
        // The round may be over by now; what its leader did is not.
        if (judgement == Judgement.Invalid && Books.ProposalOf(hash) is { } late && late.Round < _round) Cast(_safety?.VoteFirst(late.Round, late.Block, isValid: false, reason));
        if (Books.ProposalOf(_round) is { } proposal && proposal.Block.Hash == hash) ConsiderFirstVote(proposal);
        foreach (BlockCertificate qc in Books.QcsOf(hash)) FollowQc1(qc, from: null);
    }

    public void OnCommitRefused(Hash256 hash, Judgement judgement, string detail)
    {
        _isCommitting = false;
        if (judgement == Judgement.WrongBody) _search.Discard(hash);
        else if (judgement == Judgement.Invalid)
        {
            StopSigning(AlarmKind.Divergence, $"block {hash} has a commit certificate and is invalid here: {detail}", Blocks.Find(hash), Certificates(_commit));
        }
    }

    /// <summary>Still no commit: says again what was said last, and asks again for what is missing.</summary>
    public void SayAgain()
    {
        if (_isCommitting) return;
        if (_safety is { TakesPart: true })
        {
            SafetyRecord record = _safety.Record;
            if (record.Proposal?.Round == _round && _safety.Recall() is { } proposal) _emit(new Broadcast(proposal));
            if (record.Vote1 is { } vote1) _emit(new Broadcast(vote1));
            if (record.Vote2 is { } vote2) _emit(new Broadcast(vote2));
            if (record.Timeout is { } timeout) _emit(new Broadcast(timeout));
            if (_lastTc is { } tc) _emit(new Broadcast(new TimeoutCertificateMessage(_context.Epoch, Height, tc)));
            if (Books.HighestQc is { } qc) _emit(new Broadcast(new BlockCertificateMessage(qc)));
        }

        _search.AskAgain();
    }

    // ---- the rules

    private void StartProposing()
    {
        if (!_isCommitting) Announce(_lead.Begin(_round, Justification));
    }

    /// <summary>A quorum is here. The certificate goes to some peers once, so that who missed votes gets it from somebody.</summary>
    private void Certify(Vote vote, PeerId? from)
    {
        bool isKnown = vote.Kind switch
        {
            MessageKind.Vote1For => Books.FindQc(vote.Round, vote.BlockHash) is not null,
            MessageKind.Vote2 => CommittedHash == vote.BlockHash,
            _ => _rejections.Contains(vote.BlockHash),
        };
        // More votes against are worth taking in; more votes for certify nothing new.
        if (isKnown && vote.Kind != MessageKind.Vote1Against) return;
        Certificate joined = Votes.Join(vote.Round, vote.Kind, vote.BlockHash, _verifier.Scheme)!;
        BlockCertificate c = new(vote.Kind, _context.Epoch, Height, vote.BlockHash, joined);
        if (!isKnown) _emit(new Relay(new BlockCertificateMessage(c), null));
        Accept(c, from);
    }

    private void Announce(Proposal? proposal)
    {
        if (proposal is null) return;
        _emit(new Broadcast(proposal));
        TakeUp(proposal);
        ConsiderFirstVote(proposal);
    }

    private void TakeUp(Proposal p)
    {
        Watch.Note(SignedStatement.Of(p, _context.Leaders.LeaderOf(p.Round)));
        Books.Add(p);
        // Not a block on this parent: no need to execute it to know that it is invalid.
        if (p.Block.Header.ParentHash != _context.ParentHash) Blocks.SetJudgement(p.Block.Hash, Judgement.Invalid, (byte)BlockError.InvalidParentHash);
    }

    /// <summary>Rule V1.</summary>
    private void ConsiderFirstVote(Proposal p)
    {
        if (p.Round != _round || _isCommitting) return;
        if (Blocks.JudgementOf(p.Block.Hash) is not { } judgement)
        {
            if (Blocks.BeginJudging(p.Block.Hash)) _emit(new Judge(p.Block));
            return;
        }

        Cast(_safety?.VoteFirst(p.Round, p.Block, judgement == Judgement.Valid, Blocks.ReasonOf(p.Block.Hash)));
    }

    private void Cast(Vote? vote)
    {
        if (vote is null || Votes.Admit(vote) == Admission.Known) return;
        _emit(new Broadcast(vote));
        Accept(vote, from: null);
    }

    /// <summary>Rule QC1: nobody can certify another block in this round; the highest such certificate is what timeouts claim.</summary>
    private void OnQc1(BlockCertificate qc, PeerId? from)
    {
        if (!Books.Add(qc)) return;
        Watch.Note(qc);
        _safety?.Observe(qc, Blocks.Find(qc.BlockHash));
        if (qc.Round > _round) EnterRound(qc.Round);
        FollowQc1(qc, from);
    }

    /// <summary>Rule V2, once the block is here and executed.</summary>
    private void FollowQc1(BlockCertificate qc, PeerId? from)
    {
        if (_isCommitting) return;
        if (Blocks.Find(qc.BlockHash) is not { } block)
        {
            _search.Want(qc.BlockHash, from);
            return;
        }

        _safety?.Observe(qc, block);
        switch (Blocks.JudgementOf(qc.BlockHash))
        {
            case null:
                if (Blocks.BeginJudging(qc.BlockHash)) _emit(new Judge(block));
                break;
            case Judgement.Valid:
                Cast(_safety?.VoteSecond(qc, block));
                break;
            case Judgement.Invalid:
                StopSigning(AlarmKind.Divergence, $"block {qc.BlockHash} has a QC1 in round {qc.Round} and is invalid here: {Blocks.FaultOf(qc.BlockHash)}", block, qc);
                break;
        }
    }

    /// <summary>Rule C.</summary>
    private void OnCommitCertificate(BlockCertificate c, PeerId? from)
    {
        _commit ??= c;
        if (_commit.BlockHash != c.BlockHash)
        {
            Halt(_commit, c);
            return;
        }

        Watch.Note(c);
        FollowCommit(from);
    }

    /// <summary>More than a third of the weight has cheated: no node may say any more what is final. Whoever signed both is convicted.</summary>
    private void Halt(BlockCertificate a, BlockCertificate b)
    {
        _isHalted = true;
        if (EvidenceItem.TwoCommits(a, b) is { } item) Watch.Report(item);
        else Watch.Note(b);
        StopSigning(AlarmKind.ConflictingCommit, $"{a.BlockHash} (round {a.Round}) and {b.BlockHash} (round {b.Round}) at height {Height}", null, a, b);
    }

    private void FollowCommit(PeerId? from)
    {
        if (_commit is not { } c || _isCommitting || _isHalted) return;
        if (Blocks.Find(c.BlockHash) is not { } block)
        {
            _search.Want(c.BlockHash, from);
            return;
        }

        if (Blocks.JudgementOf(c.BlockHash) == Judgement.Invalid)
        {
            StopSigning(AlarmKind.Divergence, $"block {c.BlockHash} has a commit certificate and is invalid here: {Blocks.FaultOf(c.BlockHash)}", block, c);
            return;
        }

        _isCommitting = true;
        // One voter shows it to those who missed votes; the others answer who asks.
        if (_safety is { TakesPart: true, Slot: { } slot } && _context.Leaders.LeaderOf(c.Round) == slot) _emit(new Broadcast(new BlockCertificateMessage(c)));
        _emit(new Commit(block, c.Certificate));
    }

    /// <summary>Rule RC: kept for a payload. The weight against has already ended the round.</summary>
    private void OnRejection(BlockCertificate c)
    {
        Watch.Note(c);
        if (Books.ProposalOf(c.Round) is { } p && p.Block.Hash == c.BlockHash && MessageCheck.IsAttributable(p, _context.Leaders)) _rejections.Add(p, c.Certificate);
        GiveUpIfRejected();
    }

    /// <summary>Enough weight against makes a QC1 in this round impossible: no use in waiting.</summary>
    private void GiveUpIfRejected()
    {
        if (!_isCommitting && _context.Bench.IsBlocking(Votes.WeightAgainst(_round))) GiveUp(_round);
    }

    /// <summary>Rule T.</summary>
    private void GiveUp(uint round)
    {
        if (_safety?.GiveUp(round) is not { } timeout || !Timeouts.Admits(timeout)) return;
        _round = Math.Max(_round, round);
        _emit(new Broadcast(timeout));
        Accept(timeout, from: null);
    }

    /// <summary>Those who gave up this round or a later one include an honest voter: go with them, at the least of their rounds.</summary>
    private void Join()
    {
        if (!_isCommitting && Timeouts.RoundToJoin(_round) is { } round) GiveUp(round);
    }

    private void EnterRound(uint round)
    {
        if (_isCommitting) return;
        _emit(Books.SummaryOf(_round));
        _round = round;
        _safety?.Enter(round);
        Forget();
        _emit(new StartTimer(Height, round, _context.Timers.MillisecondsOf(round)));
        StartProposing();
        if (Books.ProposalOf(round) is { } early) ConsiderFirstVote(early);
        GiveUpIfRejected();
        Join();
    }

    // ---- bookkeeping

    private void Report(EvidenceItem item)
    {
        _emit(new Contradiction(item));
        if (_safety?.Slot is not { } own || !item.Offenders.Contains(own)) return;
        if (_safety.IsForgiven) return; // --por.unsafe-reset: the operator has taken this upon himself
        StopSigning(AlarmKind.KeyInUseElsewhere, $"this key contradicts itself: {item}");
    }

    private static BlockCertificate[] Certificates(BlockCertificate? certificate) => certificate is null ? [] : [certificate];

    /// <summary>Old rounds go: a height that stays open for a week must not grow.</summary>
    private void Forget()
    {
        if (_round <= HeightDoor.RoundWindow) return;
        List<Hash256> needed = [];
        if (_commit is not null) needed.Add(_commit.BlockHash);
        if (_safety?.Record.Proposal is { } own) needed.Add(own.BlockHash);
        Books.ForgetBelow(_round - HeightDoor.RoundWindow, needed);
    }
}
