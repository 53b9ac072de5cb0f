namespace BpDao.Consensus.Por.Evidence;

/// <summary>What an honest voter never does (protocol rule 7.1). E7 is a rejection certificate and has its own place in a payload; E8, a salt
/// that was not revealed, is the contract's own to see.</summary>
public enum EvidenceType : byte
{
    /// <summary>Two proposals for one round.</summary>
    DoubleProposal = 1,

    /// <summary>Two first votes in one round, or a vote against a block and a second vote for it.</summary>
    ContraryVotes = 2,

    /// <summary>Two second votes in one round.</summary>
    DoubleSecondVote = 3,

    /// <summary>A second vote, and a timeout of that round or a later one that hides its QC1.</summary>
    HiddenSecondVote = 4,

    /// <summary>A proposal of another block than its own timeout certificate asks for.</summary>
    IgnoredQc = 5,

    /// <summary>Two commit certificates of one round; who signed both is convicted as for E3.</summary>
    TwoCommits = 6,
}
