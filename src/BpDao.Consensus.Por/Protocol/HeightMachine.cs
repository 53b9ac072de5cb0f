using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>One height from its first round to its commit: rules P, V1, QC1, V2, C, T, TC and RC of docs/consensus.md. Pure: messages and
/// answers in, effects out. A node that does not vote runs the same machine without <see cref="SafetyRules"/>.</summary>
internal sealed class HeightMachine
{
    /// <summary>Messages of rounds this far from the current one are kept; further ones need a certificate (protocol rule 4.8).</summary>
    public const uint RoundWindow = 8;

    private readonly HeightContext _context;
    private readonly SafetyRules? _safety;
    private readonly IVotingRules _rules;
    private readonly CertificateVerifier _verifier;
    private readonly Action<PorEffect> _emit;
    private readonly Func<TimeoutCertificate?, ProposalMaterial> _material;
    private readonly RejectionPool _rejections;
    private readonly ProposalCheck _check;

    private readonly BlockBook _blocks = new();
    private readonly SortedDictionary<uint, Proposal> _proposals = [];
    private readonly SortedDictionary<uint, BlockCertificate> _qcs = [];
    private readonly TimeoutCollector _timeouts;

    private uint _round;
    private TimeoutCertificate? _lastTc;
    private BlockCertificate? _commit;
    private bool _isCommitting;

    public HeightMachine(
        HeightContext context, SafetyRules? safety, IVotingRules rules, CertificateVerifier verifier, RejectionPool rejections,
        Func<TimeoutCertificate?, ProposalMaterial> material, Action<PorEffect> emit)
    {
        (_context, _safety, _rules, _verifier, _rejections, _material, _emit) = (context, safety, rules, verifier, rejections, material, emit);
        _check = new ProposalCheck(context, rules, verifier);
        Votes = new VoteCollector(context.Bench);
        _timeouts = new TimeoutCollector(context.Bench);
    }

    public VoteCollector Votes { get; }

    public uint Round => _round;

    /// <summary>The timeout certificate that led into the current round.</summary>
    public TimeoutCertificate? LastTimeoutCertificate => _lastTc;

    public bool IsCommitting => _isCommitting;

    private ulong Height => _context.Height;

    private bool IsLeader => _safety is { TakesPart: true, Slot: { } slot } && _context.Leaders.LeaderOf(_round) == slot;

    /// <summary>Takes up what the safety record remembers of this height, says it again, and lets the round run.</summary>
    public void Start()
    {
        if (_safety is not null)
        {
            SafetyRecord record = _safety.Record;
            _round = record.CurrentRound;
            foreach (Hash256 hash in record.KeptBlocks)
            {
                if (_safety.KeptBlock(hash) is { } block && block.Number == Height) _blocks.Add(block);
            }

            if (_safety.Recall() is { } proposal) TakeUp(proposal);
            if (record.Vote1 is { } vote1) AddVote(vote1);
            if (record.Vote2 is { } vote2) AddVote(vote2);
            if (record.HighQc is { } qc) OnQc1(qc, from: null);
            if (record.Timeout is { } timeout) AddTimeout(timeout, from: null);
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
        if (_proposals.TryGetValue(_round, out Proposal? proposal)) ConsiderFirstVote(proposal);
        if (_qcs.Count > 0) FollowQc1(_qcs.Values.Last(), from: null);
        GiveUpIfRejected();
        Join();
    }

    // ---- what others say

    public void OnProposal(Proposal p, PeerId from)
    {
        if (!_check.HasShape(p)) return;
        if (_blocks.IsWanted(p.Block.Hash)) OnBlock(p.Block);
        if (p.Round < _round || _isCommitting) return;

        if (_proposals.TryGetValue(p.Round, out Proposal? known))
        {
            if (known.Block.Hash == p.Block.Hash && known.JustificationDigest == p.JustificationDigest) ConsiderFirstVote(known);
            else if (_check.IsSignedByLeader(p)) _emit(new Contradiction(Height, p.Round, _context.Leaders.LeaderOf(p.Round), "two proposals in one round"));
            return;
        }

        // A far round must be proved before anything is computed for it.
        bool isFar = p.Round > _round + RoundWindow;
        if (isFar && !_check.IsJustified(p)) return;
        bool isProved = isFar || (_lastTc is not null && _lastTc.Equals(p.Justification));
        if (!_check.IsSignedByLeader(p) || !_check.ObeysRuleP(p) || (!isProved && !_check.IsJustified(p))) return;
        if (_safety is not null && _safety.IsForeign(p, _context.Leaders.LeaderOf(p.Round)))
        {
            StopSigning(AlarmKind.KeyInUseElsewhere, $"a proposal of round {p.Round} that this node did not sign");
        }

        TakeUp(p);
        if (p.Justification is { } tc) OnTimeoutCertificate(tc, from);
        ConsiderFirstVote(p);
    }

    public void OnVote(Vote vote, PeerId from)
    {
        if (vote.Epoch != _context.Epoch || !IsNear(vote.Round) || _context.Bench.Find(vote.Slot) is not { } member
            || Votes.Admit(vote) == Admission.Known)
        {
            return;
        }

        if (!_verifier.IsSignedBy(member, _verifier.Domain.Vote(vote.Kind, vote.Epoch, vote.Height, vote.Round, vote.BlockHash), vote.Signature)) return;
        if (vote.Slot == _safety?.Slot && _safety.IsForeign(vote)) StopSigning(AlarmKind.KeyInUseElsewhere, $"a {vote.Kind} of round {vote.Round} that this node did not sign");
        AddVote(vote, from);
    }

    public void OnTimeout(TimeoutMessage t, PeerId from)
    {
        if (t.Epoch != _context.Epoch || t.Round > _round + RoundWindow || _context.Bench.Find(t.Slot) is not { } member || !_timeouts.Admits(t)) return;
        Hash256 digest = _verifier.Domain.Timeout(t.Epoch, t.Height, t.Round, t.HqcRoundPlusOne, t.HqcBlockHash);
        if (!_verifier.IsSignedBy(member, digest, t.Signature) || !IsClaimProved(t, from)) return;
        AddTimeout(t, from);
    }

    public void OnCertificate(BlockCertificate c, PeerId from)
    {
        if (c.Epoch != _context.Epoch || IsKnown(c) || !_verifier.VerifyQuorum(c, _context.Bench)) return;
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

    public void OnTimeoutCertificate(TimeoutCertificateMessage m, PeerId from)
    {
        bool isNews = m.Certificate.Round >= _round || (m.Certificate.Round + 1 == _round && _lastTc is null);
        if (m.Epoch != _context.Epoch || !isNews || !_verifier.Verify(m.Certificate, m.Epoch, m.Height, _context.Bench)) return;
        OnTimeoutCertificate(m.Certificate, from);
    }

    /// <summary>A block that somebody sent; only one that is looked for is taken.</summary>
    public void OnBlock(Block block)
    {
        if (block.Number != Height || !_blocks.IsWanted(block.Hash)) return;
        _blocks.Add(block);
        foreach ((uint round, Proposal proposal) in _proposals.ToArray())
        {
            if (proposal.Block.Hash == block.Hash) ConsiderFirstVote(_proposals[round] = proposal with { Block = block });
        }

        foreach (BlockCertificate qc in _qcs.Values.Where(q => q.BlockHash == block.Hash).ToArray()) FollowQc1(qc, from: null);
        FollowCommit(from: null);
        StartProposing();
    }

    /// <summary>A committed block with its certificate, from a peer that is ahead.</summary>
    public void OnCertifiedBlock(Block block, Certificate certificate, PeerId from)
    {
        if (block.Number != Height || block.Header.ParentHash != _context.ParentHash || _isCommitting) return;
        BlockCertificate c = new(MessageKind.Vote2, _context.Epoch, Height, block.Hash, certificate);
        if (!_verifier.VerifyQuorum(c, _context.Bench)) return;
        _blocks.Add(block);
        OnCommitCertificate(c, from);
    }

    public Block? FindBlock(Hash256 hash) => _blocks.Find(hash);

    // ---- what the engine answers

    public void OnExpired(uint round)
    {
        if (round == _round && !_isCommitting) GiveUp(round);
    }

    public void OnBlockTime(uint round)
    {
        if (round != _round || _isCommitting || !IsLeader || _safety!.Record.LastProposalRound >= round || _safety.Record.TimeoutRound >= round) return;
        _emit(new BuildProposal(Height, round, _material(_round == 0 ? null : _lastTc)));
    }

    public void OnBuilt(uint round, Block block)
    {
        if (round != _round || _isCommitting || _safety is null) return;
        Announce(_safety.Propose(round, block, round == 0 ? null : _lastTc));
    }

    public void OnJudged(Hash256 hash, Judgement judgement, byte reason)
    {
        if (_blocks.Find(hash) is null) return;
        if (judgement == Judgement.WrongBody)
        {
            Discard(hash);
            return;
        }

        _blocks.SetJudgement(hash, judgement, reason);
        if (judgement == Judgement.Silent) return;
        if (_proposals.TryGetValue(_round, out Proposal? proposal) && proposal.Block.Hash == hash) ConsiderFirstVote(proposal);
        foreach (BlockCertificate qc in _qcs.Values.Where(q => q.BlockHash == hash).ToArray()) FollowQc1(qc, from: null);
    }

    public void OnCommitRefused(Hash256 hash, Judgement judgement, string detail)
    {
        _isCommitting = false;
        if (judgement == Judgement.WrongBody) Discard(hash);
        else if (judgement == Judgement.Invalid) StopSigning(AlarmKind.Divergence, $"block {hash} has a commit certificate and is invalid here: {detail}");
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
            if (_qcs.Count > 0) _emit(new Broadcast(new BlockCertificateMessage(_qcs.Values.Last())));
        }

        foreach (Hash256 hash in _blocks.Missing) Ask(hash);
    }

    // ---- the rules

    private void StartProposing()
    {
        if (!IsLeader || _isCommitting || (_round > 0 && _lastTc?.Round + 1 != _round)) return;
        if (_safety!.Record.Proposal?.Round == _round)
        {
            Announce(_safety.Recall());
            return;
        }

        TimeoutCertificate? tc = _round == 0 ? null : _lastTc;
        if (_rules.MustRepropose(tc) is not { } must) _emit(new AwaitBlockTime(Height, _round));
        else if (_blocks.Find(must) is { } block) Announce(_safety.Propose(_round, block, tc));
        else Want(must, from: null);
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
        _proposals.TryAdd(p.Round, p);
        _blocks.Add(p.Block);
        // Not a block on this parent: no need to execute it to know that it is invalid.
        if (p.Block.Header.ParentHash != _context.ParentHash) _blocks.SetJudgement(p.Block.Hash, Judgement.Invalid, (byte)BlockError.InvalidParentHash);
    }

    /// <summary>Rule V1.</summary>
    private void ConsiderFirstVote(Proposal p)
    {
        if (p.Round != _round || _isCommitting) return;
        if (_blocks.JudgementOf(p.Block.Hash) is not { } judgement)
        {
            if (_blocks.BeginJudging(p.Block.Hash)) _emit(new Judge(p.Block));
            return;
        }

        Cast(_safety?.VoteFirst(p.Round, p.Block, judgement == Judgement.Valid, _blocks.ReasonOf(p.Block.Hash)));
    }

    private void Cast(Vote? vote)
    {
        if (vote is null || Votes.Admit(vote) == Admission.Known) return;
        _emit(new Broadcast(vote));
        AddVote(vote);
    }

    private void AddVote(Vote vote, PeerId? from = null)
    {
        if (Votes.Add(vote) is { } conflict)
        {
            _emit(new Contradiction(Height, vote.Round, vote.Slot, $"{conflict.Counted.Kind} and {conflict.Other.Kind}"));
            return;
        }

        bool isQuorum = Votes.IsQuorum(vote.Round, vote.Kind, vote.BlockHash);
        if (isQuorum)
        {
            Certificate joined = Votes.Join(vote.Round, vote.Kind, vote.BlockHash, _verifier.Scheme)!;
            BlockCertificate certificate = new(vote.Kind, _context.Epoch, Height, vote.BlockHash, joined);
            if (vote.Kind == MessageKind.Vote1For) OnQc1(certificate, from);
            else if (vote.Kind == MessageKind.Vote2) OnCommitCertificate(certificate, from);
            else OnRejection(certificate);
        }

        GiveUpIfRejected();
    }

    /// <summary>Rule QC1: nobody can certify another block in this round; the highest such certificate is what timeouts claim.</summary>
    private void OnQc1(BlockCertificate qc, PeerId? from)
    {
        if (!_qcs.TryAdd(qc.Round, qc)) return;
        _safety?.Observe(qc, _blocks.Find(qc.BlockHash));
        if (qc.Round > _round) EnterRound(qc.Round);
        FollowQc1(qc, from);
    }

    /// <summary>Rule V2, once the block is here and executed.</summary>
    private void FollowQc1(BlockCertificate qc, PeerId? from)
    {
        if (_isCommitting) return;
        if (_blocks.Find(qc.BlockHash) is not { } block)
        {
            Want(qc.BlockHash, from);
            return;
        }

        _safety?.Observe(qc, block);
        switch (_blocks.JudgementOf(qc.BlockHash))
        {
            case null:
                if (_blocks.BeginJudging(qc.BlockHash)) _emit(new Judge(block));
                break;
            case Judgement.Valid:
                Cast(_safety?.VoteSecond(qc, block));
                break;
            case Judgement.Invalid:
                StopSigning(AlarmKind.Divergence, $"block {qc.BlockHash} has a QC1 in round {qc.Round} and is invalid here ({(BlockError)_blocks.ReasonOf(qc.BlockHash)})");
                break;
        }
    }

    /// <summary>Rule C.</summary>
    private void OnCommitCertificate(BlockCertificate c, PeerId? from)
    {
        _commit ??= c;
        if (_commit.BlockHash != c.BlockHash) StopSigning(AlarmKind.ConflictingCommit, $"{_commit.BlockHash} and {c.BlockHash} at height {Height}");
        FollowCommit(from);
    }

    private void FollowCommit(PeerId? from)
    {
        if (_commit is not { } c || _isCommitting) return;
        if (_blocks.Find(c.BlockHash) is not { } block)
        {
            Want(c.BlockHash, from);
            return;
        }

        if (_blocks.JudgementOf(c.BlockHash) == Judgement.Invalid)
        {
            StopSigning(AlarmKind.Divergence, $"block {c.BlockHash} has a commit certificate and is invalid here ({(BlockError)_blocks.ReasonOf(c.BlockHash)})");
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
        if (_proposals.TryGetValue(c.Round, out Proposal? p) && p.Block.Hash == c.BlockHash && _check.IsAttributable(p)) _rejections.Add(p, c.Certificate);
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
        if (_safety?.GiveUp(round) is not { } timeout || !_timeouts.Admits(timeout)) return;
        _round = Math.Max(_round, round);
        _emit(new Broadcast(timeout));
        AddTimeout(timeout, from: null);
    }

    private void AddTimeout(TimeoutMessage timeout, PeerId? from)
    {
        _timeouts.Add(timeout);
        if (timeout.Round >= _round && _timeouts.TryCertify(timeout.Round, _verifier.Scheme, FindQc) is { } tc) OnTimeoutCertificate(tc, from);
        Join();
    }

    /// <summary>Those who gave up this round or a later one include an honest voter: go with them, at the least of their rounds.</summary>
    private void Join()
    {
        if (!_isCommitting && _timeouts.RoundToJoin(_round) is { } round) GiveUp(round);
    }

    /// <summary>Rule TC.</summary>
    private void OnTimeoutCertificate(TimeoutCertificate tc, PeerId? from)
    {
        if (CertificateVerifier.HighQcOf(tc, _context.Epoch, Height) is { } qc) OnQc1(qc, from);
        if (tc.Round + 1 < _round || (tc.Round + 1 == _round && _lastTc?.Round == tc.Round)) return;
        _lastTc = tc;
        if (tc.Round + 1 > _round) EnterRound(tc.Round + 1);
        else StartProposing();
    }

    private void EnterRound(uint round)
    {
        if (_isCommitting) return;
        ReportFailure();
        _round = round;
        _safety?.Enter(round);
        Forget();
        _emit(new StartTimer(Height, round, _context.Timers.MillisecondsOf(round)));
        StartProposing();
        if (_proposals.TryGetValue(round, out Proposal? early)) ConsiderFirstVote(early);
        GiveUpIfRejected();
        Join();
    }

    // ---- bookkeeping

    private bool IsNear(uint round) => round <= _round + RoundWindow && (round + RoundWindow >= _round || _qcs.ContainsKey(round));

    private bool IsKnown(BlockCertificate c) =>
        (c.Kind == MessageKind.Vote1For && _qcs.TryGetValue(c.Round, out BlockCertificate? known) && known.BlockHash == c.BlockHash)
        || (c.Kind == MessageKind.Vote2 && _commit?.BlockHash == c.BlockHash);

    /// <summary>Protocol rule 4.4: the claimed QC1 is known here, or comes along and is good.</summary>
    private bool IsClaimProved(TimeoutMessage t, PeerId from)
    {
        if (t.HqcRoundPlusOne == 0) return true;
        if (t.HqcRoundPlusOne > t.Round + 1) return false;
        if (_qcs.TryGetValue(t.HqcRoundPlusOne - 1, out BlockCertificate? known) && known.BlockHash == t.HqcBlockHash) return true;
        if (t.HighQc is not { } attached || attached.Round + 1 != t.HqcRoundPlusOne) return false;
        BlockCertificate qc = new(MessageKind.Vote1For, t.Epoch, t.Height, t.HqcBlockHash, attached);
        if (!_verifier.VerifyQuorum(qc, _context.Bench)) return false;
        OnQc1(qc, from);
        return FindQc(qc.Round, qc.BlockHash) is not null;
    }

    private Certificate? FindQc(uint round, Hash256 hash) =>
        _qcs.TryGetValue(round, out BlockCertificate? qc) && qc.BlockHash == hash ? qc.Certificate : null;

    private void Want(Hash256 hash, PeerId? from)
    {
        if (_blocks.Want(hash, from)) Ask(hash);
    }

    private void Ask(Hash256 hash)
    {
        (PeerId? hint, int attempt) = _blocks.NextAttempt(hash);
        _emit(new AskBlock(hash, hint, attempt));
    }

    /// <summary>A bad carrier swapped the body: forget this copy and look for the right one. What the leader signed is the header.</summary>
    private void Discard(Hash256 hash)
    {
        _blocks.Remove(hash);
        Want(hash, from: null);
    }

    private void StopSigning(AlarmKind kind, string detail)
    {
        _safety?.Stop();
        _emit(new Alarm(kind, detail));
    }

    private void ReportFailure()
    {
        bool had = _proposals.TryGetValue(_round, out Proposal? proposal);
        UInt256 weightFor = had ? Votes.Weight(_round, MessageKind.Vote1For, proposal!.Block.Hash) : UInt256.Zero;
        SlotBitmap heard = Votes.Voters(_round).Union(_timeouts.Voters(_round));
        SlotBitmap silent = SlotBitmap.Of(_context.Bench.Members.Where(m => !heard.Contains(m.Slot)).Select(m => m.Slot));
        _emit(new RoundFailed(Height, _round, _context.Leaders.LeaderOf(_round), had, weightFor, Votes.WeightAgainst(_round), silent));
    }

    /// <summary>Old rounds go, but for the highest QC1's: a height that stays open for a week must not grow.</summary>
    private void Forget()
    {
        if (_round <= RoundWindow) return;
        uint below = _round - RoundWindow;
        uint? kept = _qcs.Count > 0 ? _qcs.Keys.Last() : null;
        Votes.ForgetBelow(below, kept);
        foreach (uint round in _proposals.Keys.Where(r => r < below && r != kept).ToArray()) _proposals.Remove(round);
        foreach (uint round in _qcs.Keys.Where(r => r < below && r != kept).ToArray()) _qcs.Remove(round);
        List<Hash256> needed = [.. _proposals.Values.Select(p => p.Block.Hash), .. _qcs.Values.Select(q => q.BlockHash)];
        if (_commit is not null) needed.Add(_commit.BlockHash);
        if (_safety?.Record.Proposal is { } own) needed.Add(own.BlockHash);
        _blocks.KeepOnly(needed);
    }
}
