namespace BpDao.Simulation.Tests.Oracles;

/// <summary>How hard the theorems were tried: a history in which nothing goes wrong proves nothing.</summary>
internal sealed class Trials
{
    public long Histories { get; set; }

    public long Steps { get; set; }

    public long Commits { get; set; }

    public long FailedRounds { get; set; }

    public long Rejections { get; set; }

    public long InvalidProposals { get; set; }

    public long Reproposals { get; set; }

    public long PowerCuts { get; set; }

    public long Contexts { get; set; }

    public long MessagesCompared { get; set; }

    public long TimeoutsChecked { get; set; }

    public long CertificatesCompared { get; set; }

    /// <summary>Histories that ended with a height which waits for its operators, as rule 4.6 says.</summary>
    public long Halted { get; set; }

    public void Add(Trials other)
    {
        Histories += other.Histories;
        Steps += other.Steps;
        Commits += other.Commits;
        FailedRounds += other.FailedRounds;
        Rejections += other.Rejections;
        InvalidProposals += other.InvalidProposals;
        Reproposals += other.Reproposals;
        PowerCuts += other.PowerCuts;
        Contexts += other.Contexts;
        MessagesCompared += other.MessagesCompared;
        TimeoutsChecked += other.TimeoutsChecked;
        CertificatesCompared += other.CertificatesCompared;
        Halted += other.Halted;
    }

    public override string ToString() =>
        $"{Histories} histories, {Steps} steps, {Commits} commits, {FailedRounds} failed rounds, {PowerCuts} power cuts, {InvalidProposals} invalid proposals, "
        + $"{Rejections} payloads with rejections, {Reproposals} commits of a block shown again, {Contexts} contexts, {CertificatesCompared} pairs of certificates, "
        + $"{TimeoutsChecked} rounds of timeouts against a commit, {MessagesCompared} pairs of messages compared, {Halted} halted for lost records";
}
