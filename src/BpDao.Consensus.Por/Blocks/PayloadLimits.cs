namespace BpDao.Consensus.Por.Blocks;

/// <summary>Most items of each kind that a block may carry (protocol rule 2.5).</summary>
public static class PayloadLimits
{
    public const int Rejections = 2;
    public const int Evidence = 4;
    public const int Ready = 16;

    /// <summary>Votes against the parent, one item a round.</summary>
    public const int Against = 8;

    /// <summary>The contract's bound of K; the K in force is checked with the votes.</summary>
    public const int Late = 64;

    /// <summary>Commits, and reveals.</summary>
    public const int Salts = 128;

    /// <summary>Longest header that a rejection may show.</summary>
    public const int RejectedHeader = 1024;
}
