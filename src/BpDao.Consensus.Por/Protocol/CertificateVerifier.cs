using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>Checks signatures of consensus keys against a bench. Heights and epochs are the caller's to know.</summary>
public sealed class CertificateVerifier(SigningDomain domain, ICertificateScheme scheme)
{
    public SigningDomain Domain => domain;

    public ICertificateScheme Scheme => scheme;

    public bool IsSignedBy(BenchMember member, Hash256 digest, ReadOnlyMemory<byte> signature) =>
        scheme.Verify(digest, signature.Span, member.Key.Span);

    /// <summary>Every bit is a member of the bench, and each signed the digest.</summary>
    /// <param name="weight">Of the signers together; zero when false.</param>
    public bool VerifySigners(Hash256 digest, SlotBitmap signers, ReadOnlyMemory<byte> signatures, Bench bench, out UInt256 weight)
    {
        weight = UInt256.Zero;
        uint[] slots = signers.Slots();
        ReadOnlyMemory<byte>[] keys = new ReadOnlyMemory<byte>[slots.Length];
        UInt256 sum = UInt256.Zero;
        for (int i = 0; i < slots.Length; i++)
        {
            if (bench.Find(slots[i]) is not { } member) return false;
            keys[i] = member.Key;
            sum += member.Weight;
        }

        if (slots.Length == 0 || !scheme.VerifyJoined(digest, signatures.Span, keys)) return false;
        weight = sum;
        return true;
    }

    /// <summary>More than two thirds of the bench signed this block in one round (QC1, commit or rejection certificate).</summary>
    public bool VerifyQuorum(BlockCertificate c, Bench bench)
    {
        // Weighing is cheap, so what is too light costs no signature checks.
        if (!bench.IsQuorum(WeightOf(c.Certificate.Signers, bench))) return false;
        Hash256 digest = domain.Vote(c.Kind, c.Epoch, c.Height, c.Round, c.BlockHash);
        return VerifySigners(digest, c.Certificate.Signers, c.Certificate.Signatures, bench, out _);
    }

    /// <summary>The same; a QC1 may also stand on the bench as it was before operators gave slots up.</summary>
    public bool VerifyQuorum(BlockCertificate c, Bench bench, Bench? whole) =>
        VerifyQuorum(c, bench) || (whole is not null && c.Kind == MessageKind.Vote1For && VerifyQuorum(c, whole));

    /// <summary>Protocol rule 4.4: a quorum of timeouts of one round, none claiming a later QC1, with the QC1 of the highest claim.</summary>
    public bool Verify(TimeoutCertificate tc, ulong epoch, ulong height, Bench bench, Bench? whole = null)
    {
        if (tc.Groups.Count == 0) return false;
        TimeoutGroup last = tc.Groups[^1];
        BlockCertificate? qc = HighQcOf(tc, epoch, height);
        // A claim that its own QC1 does not prove would let one voter say which block must be shown again, and so unlock every other one.
        if (last.HqcRoundPlusOne > tc.Round + 1 || (last.HqcRoundPlusOne == 0 ? tc.HighQc is not null : qc is null)) return false;

        SlotBitmap signers = SlotBitmap.Empty;
        foreach (TimeoutGroup group in tc.Groups)
        {
            if (signers.Intersects(group.Signers)) return false;
            signers = signers.Union(group.Signers);
        }

        if (!bench.IsQuorum(WeightOf(signers, bench))) return false;
        foreach (TimeoutGroup group in tc.Groups)
        {
            Hash256 digest = domain.Timeout(epoch, height, tc.Round, group.HqcRoundPlusOne, group.HqcBlockHash);
            if (!VerifySigners(digest, group.Signers, group.Signatures, bench, out _)) return false;
        }

        return qc is null || VerifyQuorum(qc, bench, whole);
    }

    private static UInt256 WeightOf(SlotBitmap signers, Bench bench)
    {
        UInt256 sum = UInt256.Zero;
        foreach (uint slot in signers.Slots()) sum += bench.WeightOf(slot);
        return sum;
    }

    /// <summary>The QC1 that a timeout certificate carries, null when nothing was claimed or the certificate does not fit the claim.</summary>
    public static BlockCertificate? HighQcOf(TimeoutCertificate tc, ulong epoch, ulong height)
    {
        if (tc.HighQc is not { } qc || tc.HighBlockHash is not { } hash || qc.Round + 1 != tc.Groups[^1].HqcRoundPlusOne) return null;
        return new BlockCertificate(MessageKind.Vote1For, epoch, height, hash, qc);
    }
}
