using BpDao.Consensus.Por.Evidence;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>What follows from what at one height: takes in what was said and found, and lets the parts that know the rules of docs/consensus.md act on
/// each other until nothing more follows.</summary>
internal sealed class HeightRules(HeightContext context, SafetyRules? safety, HeightParts parts, RejectionPool rejections, Action<PorEffect> emit)
{
    private uint Round => parts.Pace.Round;

    private BlockBook Blocks => parts.Books.Blocks;

    // ---- what others say, checked by HeightDoor

    public void Accept(Proposal p, PeerId from)
    {
        TakeUp(p);
        if (p.Justification is { } tc) Accept(tc, from);
        VoteFirst(p);
    }

    /// <summary>The same proposal again: its block may have got silence before.</summary>
    public void Remind(Proposal known) => VoteFirst(known);

    public void Accept(Vote vote, PeerId? from)
    {
        parts.Watch.Note(SignedStatement.Of(vote));
        if (parts.Books.Votes.Add(vote) is not null) return; // the first vote of the two counts

        if (parts.Certifier.Certify(vote) is { } certificate) Accept(certificate, from);
        Say(parts.Pace.GiveUpIfRejected());
    }

    public void Accept(TimeoutMessage timeout, PeerId? from)
    {
        parts.Watch.Note(SignedStatement.Of(timeout));
        parts.Books.Timeouts.Add(timeout);
        if (timeout.Round >= Round && parts.Certifier.Certify(timeout) is { } tc) Accept(tc, from);
        Say(parts.Pace.Join());
    }

    public void Accept(BlockCertificate c, PeerId? from)
    {
        switch (c.Kind)
        {
            case MessageKind.Vote1For:
                OnQc1(c, from);
                break;
            case MessageKind.Vote2:
                parts.Commit.Accept(c, from);
                break;
            case MessageKind.Vote1Against:
                OnRejection(c);
                break;
        }
    }

    /// <summary>Rule TC.</summary>
    public void Accept(TimeoutCertificate tc, PeerId? from)
    {
        parts.Watch.Note(tc, context.Epoch, context.Height);
        if (CertificateVerifier.HighQcOf(tc, context.Epoch, context.Height) is { } qc) OnQc1(qc, from);
        if (!parts.Pace.Take(tc)) return;
        if (tc.Round + 1 > Round) EnterRound(tc.Round + 1);
        else StartProposing();
    }

    /// <summary>A block that was looked for.</summary>
    public void Accept(Block block)
    {
        parts.Books.Complete(block);
        VoteOn(block.Hash);
        parts.Commit.Follow(from: null);
        StartProposing();
    }

    public void OnJudged(Hash256 hash, Judgement judgement, byte reason, string? detail)
    {
        if (Blocks.Find(hash) is null) return;
        if (judgement == Judgement.WrongBody)
        {
            parts.Search.Discard(hash);
            return;
        }

        Blocks.SetJudgement(hash, judgement, reason, detail);
        if (judgement == Judgement.Silent) return;
        if (judgement == Judgement.Invalid && parts.Books.ProposalOf(hash) is { } refused)
        {
            emit(parts.Books.RefusalOf(refused));
            // The round may be over by now; what its leader did is not.
            if (refused.Round < Round) Say(parts.Ballot.First(refused));
        }

        VoteOn(hash);
    }

    /// <summary>Shows a block of the own, when it is this key's turn and nothing is missing.</summary>
    public void StartProposing()
    {
        if (!parts.Commit.IsUnderWay) Show(parts.Lead.Begin(Round, parts.Pace.Justification));
    }

    /// <summary>The own proposal goes out and is voted on like any other.</summary>
    public void Show(Proposal? proposal)
    {
        if (proposal is null) return;
        emit(new Broadcast(proposal));
        TakeUp(proposal);
        VoteFirst(proposal);
    }

    /// <summary>A proposal that needs no vote yet, or never.</summary>
    public void TakeUp(Proposal p)
    {
        parts.Watch.Note(SignedStatement.Of(p, context.Leaders.LeaderOf(p.Round)));
        parts.Books.Add(p);
        // Not a block on this parent: no need to execute it to know that it is invalid.
        if (p.Block.Header.ParentHash == context.ParentHash) return;
        Blocks.SetJudgement(p.Block.Hash, Judgement.Invalid, (byte)BlockError.InvalidParentHash);
        emit(parts.Books.RefusalOf(p));
    }

    /// <summary>This key may sign after all: everything that it kept silent about is looked at again.</summary>
    public void LookAgain()
    {
        StartProposing();
        if (parts.Books.ProposalOf(Round) is { } proposal) VoteFirst(proposal);
        if (parts.Books.HighestQc is { } qc) VoteSecond(qc, from: null);
        GiveUpWithOthers();
    }

    /// <summary>Rule T: the timer of the round has run out.</summary>
    public void GiveUp(uint round) => Say(parts.Pace.GiveUp(round));

    // ---- how the rules act on each other

    private void EnterRound(uint round)
    {
        if (parts.Commit.IsUnderWay) return;
        parts.Pace.Enter(round);
        StartProposing();
        if (parts.Books.ProposalOf(round) is { } early) VoteFirst(early);
        GiveUpWithOthers();
    }

    private void GiveUpWithOthers()
    {
        Say(parts.Pace.GiveUpIfRejected());
        Say(parts.Pace.Join());
    }

    /// <summary>Rule QC1: nobody can certify another block in this round; the highest such certificate is what timeouts claim.</summary>
    private void OnQc1(BlockCertificate qc, PeerId? from)
    {
        if (!parts.Books.Add(qc)) return;
        parts.Watch.Note(qc);
        safety?.Observe(qc, Blocks.Find(qc.BlockHash));
        if (qc.Round > Round) EnterRound(qc.Round);
        VoteSecond(qc, from);
    }

    /// <summary>Rule RC: kept for a payload. The weight against has already ended the round.</summary>
    private void OnRejection(BlockCertificate c)
    {
        parts.Watch.Note(c);
        if (parts.Books.ProposalOf(c.Round) is { } p && p.Block.Hash == c.BlockHash && MessageCheck.IsAttributable(p, context.Leaders)) rejections.Add(p, c.Certificate);
        Say(parts.Pace.GiveUpIfRejected());
    }

    private void VoteFirst(Proposal p)
    {
        if (p.Round == Round && !parts.Commit.IsUnderWay) Say(parts.Ballot.First(p));
    }

    private void VoteSecond(BlockCertificate qc, PeerId? from)
    {
        if (!parts.Commit.IsUnderWay) Say(parts.Ballot.Second(qc, from));
    }

    /// <summary>The block has come, or its judgement.</summary>
    private void VoteOn(Hash256 hash)
    {
        if (parts.Books.ProposalOf(Round) is { } proposal && proposal.Block.Hash == hash) VoteFirst(proposal);
        foreach (BlockCertificate qc in parts.Books.QcsOf(hash)) VoteSecond(qc, from: null);
    }

    private void Say(Vote? vote)
    {
        if (vote is null || parts.Books.Votes.Admit(vote) == Admission.Known) return;
        emit(new Broadcast(vote));
        Accept(vote, from: null);
    }

    private void Say(TimeoutMessage? timeout)
    {
        if (timeout is null) return;
        emit(new Broadcast(timeout));
        Accept(timeout, from: null);
    }
}
