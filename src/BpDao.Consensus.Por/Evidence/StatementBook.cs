using BpDao.Consensus.Por.Protocol;

namespace BpDao.Consensus.Por.Evidence;

/// <summary>What each voter signed at one height, in whatever message it came, so that a contradiction is seen as soon as its second half is
/// here. Bounded: the last statements of each voter.</summary>
internal sealed class StatementBook
{
    // Three votes and two proposals or timeouts a round, over the window of rounds that a height keeps.
    private const int MaxPerSlot = 64;

    private readonly Dictionary<uint, List<SignedStatement>> _bySlot = [];

    /// <summary>Cheap, before any signature is checked.</summary>
    public bool Contradicts(SignedStatement statement)
    {
        if (!_bySlot.TryGetValue(statement.Slot, out List<SignedStatement>? said)) return false;
        bool found = false;
        foreach (SignedStatement other in said)
        {
            if (other.SaysTheSame(statement)) return false;
            found |= EvidenceItem.Between(other, statement) is not null;
        }

        return found;
    }

    /// <summary>Takes a statement whose signature was checked.</summary>
    /// <returns>What it proves together with what the same voter has said before: the first contradiction of each type.</returns>
    public IReadOnlyList<EvidenceItem> Add(SignedStatement statement)
    {
        if (!_bySlot.TryGetValue(statement.Slot, out List<SignedStatement>? said)) _bySlot.Add(statement.Slot, said = new List<SignedStatement>(4));
        List<EvidenceItem>? found = null;
        foreach (SignedStatement other in said)
        {
            if (other.SaysTheSame(statement)) return [];
            if (EvidenceItem.Between(other, statement) is not { } item || found?.Exists(i => i.Type == item.Type) == true) continue;
            (found ??= []).Add(item);
        }

        if (said.Count == MaxPerSlot) said.RemoveAt(0);
        said.Add(statement);
        return found ?? (IReadOnlyList<EvidenceItem>)[];
    }

    /// <summary>The votes in a certificate that was checked; only those not heard yet cost anything.</summary>
    public IReadOnlyList<EvidenceItem> Add(BlockCertificate c, ICertificateScheme scheme)
    {
        if (scheme.Split(c.Certificate.Signatures) is not { } signatures) return [];
        List<EvidenceItem> found = [];
        uint[] slots = c.Certificate.Signers.Slots();
        for (int i = 0; i < slots.Length; i++)
        {
            found.AddRange(Add(new SignedStatement(c.Kind, c.Epoch, c.Height, c.Round, slots[i], c.BlockHash, default, signatures[i])));
        }

        return found;
    }

    /// <summary>The timeouts in a certificate that was checked, and the votes of its QC1.</summary>
    public IReadOnlyList<EvidenceItem> Add(TimeoutCertificate tc, ulong epoch, ulong height, ICertificateScheme scheme)
    {
        List<EvidenceItem> found = [];
        foreach (SignedStatement timeout in TimeoutsOf(tc, epoch, height, scheme)) found.AddRange(Add(timeout));
        if (CertificateVerifier.HighQcOf(tc, epoch, height) is { } qc) found.AddRange(Add(qc, scheme));
        return found;
    }

    /// <summary>Cheap, before the certificate is checked.</summary>
    public bool Contradicts(TimeoutCertificateMessage m, ICertificateScheme scheme) =>
        TimeoutsOf(m.Certificate, m.Epoch, m.Height, scheme).Any(Contradicts);

    /// <summary>Whose proposal of that round is here.</summary>
    public uint? ProposerOf(uint round)
    {
        foreach ((uint slot, List<SignedStatement> said) in _bySlot)
        {
            if (said.Exists(s => s.Kind == MessageKind.Proposal && s.Round == round)) return slot;
        }

        return null;
    }

    private static IEnumerable<SignedStatement> TimeoutsOf(TimeoutCertificate tc, ulong epoch, ulong height, ICertificateScheme scheme)
    {
        foreach (TimeoutGroup group in tc.Groups)
        {
            if (scheme.Split(group.Signatures) is not { } signatures) continue;
            uint[] slots = group.Signers.Slots();
            for (int i = 0; i < Math.Min(slots.Length, signatures.Count); i++)
            {
                yield return SignedStatement.OfTimeout(epoch, height, tc.Round, slots[i], group.HqcRoundPlusOne, group.HqcBlockHash, signatures[i]);
            }
        }
    }
}
