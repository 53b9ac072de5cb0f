using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>Which round a height is in and when it is given up: rules T and TC. Certificates move rounds, never clocks.</summary>
internal sealed class Pacemaker(HeightContext context, SafetyRules? safety, HeightBooks books, HeightCommit commit, Action<PorEffect> emit)
{
    private uint? _patientRound;

    public uint Round { get; private set; }

    /// <summary>The highest timeout certificate here; the one that led into the round, unless a QC1 led further.</summary>
    public TimeoutCertificate? LastCertificate { get; private set; }

    /// <summary>What led into the current round; null in round 0, and where it is not here.</summary>
    public TimeoutCertificate? Justification => Round > 0 && LastCertificate?.Round + 1 == Round ? LastCertificate : null;

    /// <summary>A block may be shown in this round now, as far as the round goes.</summary>
    public bool IsOpen(uint round) => round == Round && !commit.IsUnderWay && (round == 0 || Justification is not null);

    public bool HasGivenUp => safety?.Record.TimeoutRound >= Round;

    /// <summary>After a restart the height goes on where the safety record left it.</summary>
    public void Recall(uint round, TimeoutCertificate? last) => (Round, LastCertificate) = (round, last);

    /// <summary>The round that this process begins with gets the longest time: nodes that start together are not all there at once, and nobody is to lose
    /// a turn for that. Where the others run already, they end a lost round without this node (protocol rule 4.8).</summary>
    public void BePatient() => _patientRound = Round;

    public void StartTimer() =>
        emit(new StartTimer(context.Height, Round, Round == _patientRound ? context.Timers.LongestMilliseconds : context.Timers.MillisecondsOf(Round)));

    /// <summary>Rule T.</summary>
    /// <returns>What is said by it; null when nothing new is.</returns>
    public TimeoutMessage? GiveUp(uint round)
    {
        if (commit.IsUnderWay || safety?.GiveUp(round) is not { } timeout || !books.Timeouts.Admits(timeout)) return null;
        Round = Math.Max(Round, round);
        return timeout;
    }

    /// <summary>Enough weight against makes a QC1 in this round impossible: no use in waiting.</summary>
    public TimeoutMessage? GiveUpIfRejected() => context.Bench.IsBlocking(books.Votes.WeightAgainst(Round)) ? GiveUp(Round) : null;

    /// <summary>Those who gave up this round or a later one include an honest voter: go with them, at the least of their rounds. Who has given up its
    /// round goes with those of later rounds alone: they may have lost what proved them, and say no more about this one.</summary>
    public TimeoutMessage? Join()
    {
        uint from = HasGivenUp ? (uint)safety!.Record.TimeoutRound + 1 : Round;
        return books.Timeouts.RoundToJoin(from) is { } round ? GiveUp(round) : null;
    }

    /// <summary>False for a certificate that leads nowhere new.</summary>
    public bool Take(TimeoutCertificate tc)
    {
        if (tc.Round + 1 < Round || (tc.Round + 1 == Round && LastCertificate?.Round == tc.Round)) return false;
        LastCertificate = tc;
        safety?.Observe(tc);
        return true;
    }

    public void Enter(uint round)
    {
        emit(books.SummaryOf(Round));
        Round = round;
        safety?.Enter(round);
        Forget();
        StartTimer();
    }

    /// <summary>Old rounds go: a height that stays open for a week must not grow.</summary>
    private void Forget()
    {
        if (Round <= HeightDoor.RoundWindow) return;
        List<Hash256> needed = [];
        if (commit.BlockHash is { } committed) needed.Add(committed);
        if (safety?.Record.Proposal is { } own) needed.Add(own.BlockHash);
        books.ForgetBelow(Round - HeightDoor.RoundWindow, needed);
    }
}
