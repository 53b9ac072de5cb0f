namespace BpDao.Consensus.Por.Protocol;

/// <summary>What one height is made of: its books, and for each group of rules the part that knows it. <see cref="HeightRules"/> lets them act on
/// each other.</summary>
internal sealed class HeightParts
{
    public HeightParts(
        HeightContext context, SafetyRules? safety, IVotingRules rules, CertificateVerifier verifier, RejectionPool rejections, Action<PorEffect> emit)
    {
        Books = new HeightBooks(context);
        Stop = new SigningStop(safety, emit);
        Watch = new ContradictionWatch(Books.Statements, verifier.Scheme, Stop.Report);
        Search = new BlockSearch(Books.Blocks, emit);
        Commit = new HeightCommit(context, safety, Books, Watch, Search, Stop, emit);
        Pace = new Pacemaker(context, safety, Books, Commit, emit);
        Lead = new RoundLead(context, safety, rules, Books.Blocks, Search, emit);
        Ballot = new Ballot(safety, Books.Blocks, Search, Stop, emit);
        Certifier = new Certifier(context, Books, Commit, rejections, verifier.Scheme, emit);
    }

    /// <summary>What was heard about this height.</summary>
    public HeightBooks Books { get; }

    public SigningStop Stop { get; }

    /// <summary>Who contradicts himself at it.</summary>
    public ContradictionWatch Watch { get; }

    public BlockSearch Search { get; }

    public HeightCommit Commit { get; }

    public Pacemaker Pace { get; }

    public RoundLead Lead { get; }

    public Ballot Ballot { get; }

    public Certifier Certifier { get; }
}
