namespace BpDao.Simulation.Tests.Oracles;

/// <summary>What must hold after every step (docs/testing.md, theorems).</summary>
internal enum Theorem
{
    /// <summary>Agreement: one block a height.</summary>
    S1,

    /// <summary>Uniqueness: one QC1 and one commit certificate a round.</summary>
    S2,

    /// <summary>Lock-in: after a commit every QC1 and every timeout certificate names its block.</summary>
    S3,

    /// <summary>Validity: what breaks a rule has neither QC1 nor commit.</summary>
    S4,

    /// <summary>Weight coherence: one bench and one list of leaders a height.</summary>
    S5,

    /// <summary>Prefix: committed chains are prefixes of one another.</summary>
    S6,

    /// <summary>Crash safety: a node that lost power contradicts nothing it said.</summary>
    S7,

    /// <summary>No honest key is ever convicted.</summary>
    A2,

    /// <summary>An honest proposer's block is never rejected.</summary>
    A3,

    /// <summary>A block shown again is its first proposer's.</summary>
    A8,

    /// <summary>Once the network is good, heights commit.</summary>
    L1,
}
