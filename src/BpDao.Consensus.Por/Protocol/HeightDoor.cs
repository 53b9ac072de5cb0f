using BpDao.Consensus.Por.Evidence;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>Where messages about a height come in: bounds first, then what is known already, then signatures, so that a stranger costs next to
/// nothing (protocol rule 4.8). What passes is true, and the rules act on it.</summary>
internal sealed class HeightDoor(HeightContext context, SafetyRules? safety, MessageCheck check, HeightMachine machine, Action<PorEffect> emit)
{
    /// <summary>Messages of rounds this far from the current one are kept; further ones need a certificate.</summary>
    public const uint RoundWindow = 8;

    // Rounds of late proposals that were looked at: a leader that signs two in one round is convicted for that (E1).
    private readonly HashSet<uint> _late = [];

    private HeightParts Parts => machine.Parts;

    private HeightBooks Books => Parts.Books;

    private HeightRules Rules => machine.Rules;

    public void OnProposal(Proposal p, PeerId from)
    {
        if (!check.HasShape(p)) return;
        OnBlock(p.Block);
        // A far round must be proved before anything is computed for it.
        bool isFar = p.Round > Parts.Pace.Round + RoundWindow;
        if (p.Round + RoundWindow < Parts.Pace.Round || (isFar && !check.IsJustified(p))) return;

        SignedStatement said = SignedStatement.Of(p, context.Leaders.LeaderOf(p.Round));
        if (Parts.Watch.IsWorthChecking(said) && check.IsSignedByLeader(p)) Parts.Watch.Note(said);
        if (p.Round < Parts.Pace.Round || Parts.Commit.IsUnderWay)
        {
            // Too late to be voted on; what it proves against its leader it still proves.
            if (IsNewsOfIgnoredQc(p, said) && !_late.Contains(p.Round) && check.IsSignedByLeader(p))
            {
                _late.RemoveWhere(r => r + RoundWindow < Parts.Pace.Round);
                _late.Add(p.Round);
                if (check.IsJustified(p)) ReportIgnoredQc(p, said);
            }

            return;
        }

        if (Books.ProposalOf(p.Round) is { } known)
        {
            if (known.Block.Hash == p.Block.Hash && known.JustificationDigest == p.JustificationDigest) Rules.Remind(known);
            return;
        }

        if (!check.IsSignedByLeader(p))
        {
            emit(new Misbehaviour(from, $"a proposal for round {p.Round} of block {p.Height} that its leader did not sign"));
            return;
        }

        bool isProved = isFar || (Parts.Pace.LastCertificate is { } last && last.Equals(p.Justification));
        if (check.IgnoresQc(p))
        {
            if (IsNewsOfIgnoredQc(p, said) && (isProved || check.IsJustified(p))) ReportIgnoredQc(p, said);
            return;
        }

        if (!check.ObeysRuleP(p) || (!isProved && !check.IsJustified(p))) return;
        if (safety is not null && safety.IsForeign(p, said.Slot))
        {
            Parts.Stop.Raise(AlarmKind.KeyInUseElsewhere, $"a proposal of round {p.Round} that this node did not sign");
        }

        emit(new Relay(p, from));
        Rules.Accept(p, from);
    }

    public void OnVote(Vote vote, PeerId from)
    {
        if (!IsNear(vote.Round)) return;
        Admission admission = Books.Votes.Admit(vote);
        if (admission == Admission.Known || !IsSigned(check.IsSigned(vote), vote, from)) return;
        if (vote.Slot == safety?.Slot && safety.IsForeign(vote))
        {
            Parts.Stop.Raise(AlarmKind.KeyInUseElsewhere, $"a {vote.Kind} of round {vote.Round} that this node did not sign");
        }

        // Two contradicting votes go on as evidence, not as votes.
        if (admission == Admission.New) emit(new Relay(vote, from));
        Rules.Accept(vote, from);
    }

    public void OnTimeout(TimeoutMessage t, PeerId from)
    {
        if (t.Round > Parts.Pace.Round + RoundWindow) return;
        if (!Books.Timeouts.Admits(t))
        {
            // Too old to count, and perhaps what somebody would rather not have said.
            SignedStatement said = SignedStatement.Of(t);
            if (Parts.Watch.IsWorthChecking(said) && check.IsSigned(t)) Parts.Watch.Note(said);
            return;
        }

        if (!IsSigned(check.IsSigned(t), t, from) || !IsClaimProved(t, from)) return;
        emit(new Relay(t, from));
        Rules.Accept(t, from);
    }

    public void OnCertificate(BlockCertificate c, PeerId from)
    {
        bool isKnown = (c.Kind == MessageKind.Vote1For && Books.FindQc(c.Round, c.BlockHash) is not null)
            || (c.Kind == MessageKind.Vote2 && Parts.Commit.BlockHash == c.BlockHash);
        if (isKnown || !check.IsSound(c)) return;
        emit(new Relay(new BlockCertificateMessage(c), from));
        Rules.Accept(c, from);
    }

    public void OnTimeoutCertificate(TimeoutCertificateMessage m, PeerId from)
    {
        uint round = m.Certificate.Round;
        bool isNews = round >= Parts.Pace.Round || (round + 1 == Parts.Pace.Round && Parts.Pace.LastCertificate is null);
        if (m.Epoch != context.Epoch || !isNews || !check.IsSound(m.Certificate)) return;
        emit(new Relay(m, from));
        Rules.Accept(m.Certificate, from);
    }

    /// <summary>A block that somebody sent; only one that is looked for is taken.</summary>
    public void OnBlock(Block block)
    {
        if (block.Number == context.Height && Books.Blocks.IsWanted(block.Hash)) Rules.Accept(block);
    }

    /// <summary>A committed block with its certificate, from a peer that is ahead.</summary>
    public void OnCertifiedBlock(Block block, Certificate certificate, PeerId from)
    {
        if (block.Number != context.Height || block.Header.ParentHash != context.ParentHash || Parts.Commit.IsUnderWay) return;
        BlockCertificate c = new(MessageKind.Vote2, context.Epoch, context.Height, block.Hash, certificate);
        if (!check.IsSound(c)) return;
        Books.Blocks.Add(block);
        Rules.Accept(c, from);
    }

    // Cheap, before anything is computed.
    private bool IsNewsOfIgnoredQc(Proposal p, SignedStatement said) =>
        check.IgnoresQc(p) && !Parts.Watch.HasReported(EvidenceType.IgnoredQc, said.Slot);

    private void ReportIgnoredQc(Proposal p, SignedStatement said) => Parts.Watch.Report(EvidenceItem.IgnoredQc(said, p.Justification!));

    // Nobody honest passes on what he has not checked.
    private bool IsSigned(bool isSigned, HeightMessage message, PeerId from)
    {
        if (!isSigned) emit(new Misbehaviour(from, $"a {message.GetType().Name} of block {message.Height} without its voter's signature"));
        return isSigned;
    }

    private bool IsNear(uint round) => round <= Parts.Pace.Round + RoundWindow && (round + RoundWindow >= Parts.Pace.Round || Books.HasQc(round));

    /// <summary>Protocol rule 4.4: the claimed QC1 is known here, or comes along and is good.</summary>
    private bool IsClaimProved(TimeoutMessage t, PeerId from)
    {
        if (t.HqcRoundPlusOne == 0) return true;
        if (t.HqcRoundPlusOne > t.Round + 1) return false;
        if (Books.FindQc(t.HqcRoundPlusOne - 1, t.HqcBlockHash) is null && check.AttachedQc(t) is { } qc) Rules.Accept(qc, from);
        return Books.FindQc(t.HqcRoundPlusOne - 1, t.HqcBlockHash) is not null;
    }
}
