namespace BpDao.Simulation.Tests.States;

/// <summary>Which rule of docs/consensus.md §4 the checker leaves out.</summary>
public enum Mutation
{
    None,

    /// <summary>P: the leader of a later round may show any block.</summary>
    NoReproposal,

    /// <summary>V2 without timeoutRound.</summary>
    SecondVoteAfterTimeout,

    /// <summary>V1 without lastVote1Round.</summary>
    FirstVoteTwice,

    /// <summary>T without the highest QC1.</summary>
    StaleClaim,

    /// <summary>C over second votes of several rounds.</summary>
    MixedRounds,
}
