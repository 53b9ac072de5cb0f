using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Simulation.Tests.Worlds;

/// <summary>The voting rules with one of them broken: what the simulation must notice.</summary>
internal abstract class BrokenRules : IVotingRules
{
    public virtual Hash256? MustRepropose(TimeoutCertificate? justification) => VotingRules.Default.MustRepropose(justification);

    public virtual bool MayPropose(SafetyRecord record, uint round) => VotingRules.Default.MayPropose(record, round);

    public virtual bool MayVoteFirst(SafetyRecord record, uint round) => VotingRules.Default.MayVoteFirst(record, round);

    public virtual bool MayVoteAgainst(SafetyRecord record, uint round) => VotingRules.Default.MayVoteAgainst(record, round);

    public virtual bool MayVoteSecond(SafetyRecord record, uint round) => VotingRules.Default.MayVoteSecond(record, round);

    public virtual bool MayGiveUp(SafetyRecord record, uint round) => VotingRules.Default.MayGiveUp(record, round);

    public virtual BlockCertificate? ClaimOf(SafetyRecord record) => VotingRules.Default.ClaimOf(record);

    /// <summary>A leader may forget what a timeout certificate's QC1 names.</summary>
    public sealed class NoReproposal : BrokenRules
    {
        public override Hash256? MustRepropose(TimeoutCertificate? justification) => null;
    }

    /// <summary>A second vote may come after the voter gave the round up.</summary>
    public sealed class SecondVoteAfterTimeout : BrokenRules
    {
        public override bool MayVoteSecond(SafetyRecord record, uint round) => round > record.LastVote2Round;
    }

    /// <summary>A voter may vote first more than once in a round.</summary>
    public sealed class FirstVoteTwice : BrokenRules
    {
        public override bool MayVoteFirst(SafetyRecord record, uint round) => round >= record.CurrentRound && round > record.TimeoutRound;
    }

    /// <summary>Timeouts do not say which QC1 is the highest.</summary>
    public sealed class StaleClaim : BrokenRules
    {
        public override BlockCertificate? ClaimOf(SafetyRecord record) => null;
    }
}
