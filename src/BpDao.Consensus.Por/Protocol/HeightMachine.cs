using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>One height from its first round to its commit: begins it from the safety record, follows its timers, and says again what was said while it
/// is stuck. Pure: messages and answers in, effects out. A node that does not vote runs the same machine without <see cref="SafetyRules"/>.</summary>
internal sealed class HeightMachine
{
    private readonly HeightContext _context;
    private readonly SafetyRules? _safety;
    private readonly CertificateVerifier _verifier;
    private readonly Func<TimeoutCertificate?, ProposalMaterial> _material;
    private readonly Action<PorEffect> _emit;

    public HeightMachine(
        HeightContext context, SafetyRules? safety, IVotingRules rules, CertificateVerifier verifier, RejectionPool rejections,
        Func<TimeoutCertificate?, ProposalMaterial> material, Action<PorEffect> emit)
    {
        (_context, _safety, _verifier, _material, _emit) = (context, safety, verifier, material, emit);
        Parts = new HeightParts(context, safety, rules, verifier, rejections, emit);
        Rules = new HeightRules(context, safety, Parts, rejections, emit);
    }

    public HeightParts Parts { get; }

    /// <summary>Where what is said about the height, and found about its blocks, has its effects.</summary>
    public HeightRules Rules { get; }

    /// <summary>What was heard about this height.</summary>
    public HeightBooks Books => Parts.Books;

    public uint Round => Parts.Pace.Round;

    /// <summary>Takes up what the safety record remembers of this height, says it again, and lets the round run.</summary>
    /// <param name="isFirst">The process begins with this height.</param>
    public void Start(bool isFirst)
    {
        if (_safety is not null) Recall(_safety);
        if (isFirst) Parts.Pace.BePatient();
        Parts.Pace.StartTimer();
        _emit(new StartResend(_context.Height, _context.Timers.ResendMilliseconds));
        SayAgain();
        Rules.StartProposing();
    }

    /// <summary>This key may sign at this height after all.</summary>
    public void Resume()
    {
        Parts.Pace.StartTimer();
        Rules.LookAgain();
    }

    public void OnExpired(uint round)
    {
        if (round == Round) Rules.GiveUp(round);
    }

    public void OnBlockTime(uint round)
    {
        if (Parts.Pace.IsOpen(round) && Parts.Lead.MayBuild(round)) _emit(new BuildProposal(_context.Height, round, _material(Parts.Pace.Justification)));
    }

    public void OnBuilt(uint round, Block block)
    {
        if (Parts.Pace.IsOpen(round)) Rules.Show(Parts.Lead.Propose(round, block, Parts.Pace.Justification));
    }

    /// <summary>Still no commit: says again what was said last, and asks again for what is missing.</summary>
    public void SayAgain()
    {
        if (Parts.Commit.IsUnderWay) return;
        if (_safety is { TakesPart: true })
        {
            SafetyRecord record = _safety.Record;
            if (record.Proposal?.Round == Round && _safety.Recall() is { } proposal) _emit(new Broadcast(proposal));
            if (record.Vote1 is { } vote1) _emit(new Broadcast(vote1));
            if (record.Vote2 is { } vote2) _emit(new Broadcast(vote2));
            if (record.Timeout is { } timeout) _emit(new Broadcast(timeout));
            if (Parts.Pace.LastCertificate is { } tc) _emit(new Broadcast(new TimeoutCertificateMessage(_context.Epoch, _context.Height, tc)));
            if (Books.HighestQc is { } qc) _emit(new Broadcast(new BlockCertificateMessage(qc)));
        }

        Parts.Search.AskAgain();
    }

    /// <summary>For operators.</summary>
    public RoundView View
    {
        get
        {
            RoundPhase phase = Parts.Commit.IsHalted ? RoundPhase.Halted
                : Parts.Commit.IsUnderWay ? RoundPhase.Commit
                : Parts.Pace.HasGivenUp ? RoundPhase.GivenUp
                : Books.HasQc(Round) ? RoundPhase.SecondVote
                : Books.ProposalOf(Round) is not null ? RoundPhase.FirstVote
                : RoundPhase.Proposal;
            return Books.ViewOf(Round, phase);
        }
    }

    private void Recall(SafetyRules own)
    {
        SafetyRecord record = own.Record;
        // The record is believed about what this key said, not about what others did: the program that wrote it may have taken less for proof.
        bool isProved = record.LastTimeoutCertificate is { } tc && _verifier.Verify(tc, _context.Epoch, _context.Height, _context.Bench, _context.WholeBench);
        Parts.Pace.Recall(record.CurrentRound, isProved ? record.LastTimeoutCertificate : null);
        foreach (Hash256 hash in record.KeptBlocks)
        {
            if (own.KeptBlock(hash) is { } block && block.Number == _context.Height) Books.Blocks.Add(block);
        }

        if (own.Recall() is { } proposal) Rules.TakeUp(proposal);
        if (record.Vote1 is { } vote1) Rules.Accept(vote1, from: null);
        if (record.Vote2 is { } vote2) Rules.Accept(vote2, from: null);
        if (record.HighQc is { } qc) Rules.Accept(qc, from: null);
        if (record.Timeout is { } timeout) Rules.Accept(timeout, from: null);
    }
}
