using BpDao.Consensus.Por.Evidence;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>Looks at everything that was signed about one height and says once of each voter what it proves (protocol rule 7.1).</summary>
internal sealed class ContradictionWatch(StatementBook book, ICertificateScheme scheme, Action<EvidenceItem> report)
{
    private readonly HashSet<(EvidenceType Type, uint Slot)> _reported = [];

    /// <summary>Of a voter that is convicted of it already nothing more is asked.</summary>
    public bool HasReported(EvidenceType type, uint slot) => _reported.Contains((type, slot));

    /// <summary>A signature check is worth its price.</summary>
    public bool IsWorthChecking(SignedStatement statement) => book.Contradicts(statement);

    // What comes here was checked.

    public void Note(SignedStatement statement) => ReportAll(book.Add(statement));

    public void Note(BlockCertificate certificate) => ReportAll(book.Add(certificate, scheme));

    public void Note(TimeoutCertificate certificate, ulong epoch, ulong height) => ReportAll(book.Add(certificate, epoch, height, scheme));

    public void Report(EvidenceItem item)
    {
        bool isNew = false;
        foreach (uint slot in item.Offenders) isNew |= _reported.Add((item.Type, slot));
        if (isNew) report(item);
    }

    private void ReportAll(IReadOnlyList<EvidenceItem> items)
    {
        foreach (EvidenceItem item in items) Report(item);
    }
}
