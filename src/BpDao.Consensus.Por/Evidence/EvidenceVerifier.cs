using BpDao.Consensus.Por.Protocol;

namespace BpDao.Consensus.Por.Evidence;

/// <summary>Whether evidence proves what it says: every signature, against the bench of its epoch (protocol rule 7.1). A function of the item and
/// the bench alone, the same at every node.</summary>
internal sealed class EvidenceVerifier(CertificateVerifier verifier)
{
    /// <param name="item">As read by <see cref="EvidenceCodec"/>, or made here.</param>
    /// <param name="bench">Of the item's epoch.</param>
    /// <returns>What is wrong; null when it is proof.</returns>
    public string? FaultOf(EvidenceItem item, Bench bench)
    {
        foreach (SignedStatement statement in item.Statements)
        {
            if (bench.Find(statement.Slot) is not { } member) return $"slot {statement.Slot} is not on the bench of epoch {item.Epoch}";
            if (!statement.HasShape || !verifier.IsSignedBy(member, statement.Digest(verifier.Domain), statement.Signature)) return $"not signed by slot {statement.Slot}";
        }

        return item.Type switch
        {
            EvidenceType.IgnoredQc => FaultOfIgnoredQc(item, bench),
            EvidenceType.TwoCommits => FaultOfTwoCommits(item, bench),
            _ => Contradictions.Between(item.Statements[0], item.Statements[1]) == item.Type ? null : "an honest voter may have signed both",
        };
    }

    // Only the leader's own certificate binds it: a QC1 that those who gave up had not seen proves nothing. The digest says which one it was.
    private string? FaultOfIgnoredQc(EvidenceItem item, Bench bench)
    {
        SignedStatement proposal = item.Statements[0];
        TimeoutCertificate tc = item.Justification!;
        if (!tc.Digest.Bytes.SequenceEqual(proposal.Extra.Span)) return "another timeout certificate than the proposal's";
        if (tc.Round + 1 != proposal.Round) return "a timeout certificate of another round";
        if (tc.HighBlockHash is not { } must || must == proposal.BlockHash) return "the timeout certificate asks for no other block";
        return verifier.Verify(tc, item.Epoch, item.Height, bench) ? null : "the timeout certificate is not valid";
    }

    private string? FaultOfTwoCommits(EvidenceItem item, Bench bench)
    {
        foreach (BlockCertificate c in item.Certificates)
        {
            if (!verifier.VerifyQuorum(c, bench)) return $"no commit certificate of block {c.BlockHash}";
        }

        return null;
    }
}
