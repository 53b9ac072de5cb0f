using System.Diagnostics.CodeAnalysis;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Blocks;

/// <summary><c>rlp([1, parentCert, against, late, tc, rejections, evidence, reveal, saltCommits, saltReveals, ready, nextTip,
/// epochRecord])</c>, canonical, absent = empty (protocol rule 2.5).</summary>
public static class PayloadCodec
{
    private const ulong Version = 1;

    public static byte[] Encode(BlockPayload p)
    {
        RlpWriter w = new(1024);
        w.StartList().Write(Version);
        CertificateCodec.WriteOptional(w, p.ParentCertificate);
        WriteVotes(w, p.Against);
        WriteVotes(w, p.Late);
        CertificateCodec.WriteOptional(w, p.Timeout);
        WriteRejections(w, p.Rejections);
        w.StartList();
        foreach (EvidenceItem item in p.Evidence) EvidenceCodec.Write(w, item);
        w.EndList().Write(p.Reveal);
        w.StartList();
        foreach (SaltCommitItem item in p.SaltCommits) w.StartList().Write((ulong)item.Slot).Write(item.Commit).Write(item.Signature.Span).EndList();
        w.EndList().StartList();
        foreach (SaltRevealItem item in p.SaltReveals) w.StartList().Write((ulong)item.Slot).Write(item.Salt).EndList();
        w.EndList().StartList();
        foreach (ReadyItem item in p.Ready) w.StartList().Write((ulong)item.Slot).Write(item.Signature.Span).EndList();
        w.EndList();
        if (p.NextTip is { } tip) w.Write(tip);
        else w.Write(ReadOnlySpan<byte>.Empty);
        if (p.EpochRecord is { } record) BenchRecord.Write(w, record);
        else w.StartList().EndList();
        return w.EndList().ToArray();
    }

    /// <summary>All of the input, and only what <see cref="Encode"/> writes: one payload has one encoding.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out BlockPayload? payload)
    {
        payload = null;
        RlpReader outer = new(encoded);
        if (!outer.TryReadList(out RlpReader r) || !outer.AtEnd || !r.TryReadUInt64(out ulong version) || version != Version
            || !CertificateCodec.TryReadOptional(ref r, out Certificate? parent)
            || !TryReadVotes(ref r, PayloadLimits.Against, out List<CarriedVote> against)
            || !TryReadVotes(ref r, PayloadLimits.Late, out List<CarriedVote> late)
            || !CertificateCodec.TryReadOptional(ref r, out TimeoutCertificate? timeout)
            || !TryReadRejections(ref r, out List<Rejection> rejections)
            || !TryReadEvidence(ref r, out List<EvidenceItem> evidence)
            || !r.TryReadHash(out Hash256 reveal)
            || !TryReadCommits(ref r, out List<SaltCommitItem> commits) || !TryReadReveals(ref r, out List<SaltRevealItem> reveals)
            || !TryReadReady(ref r, out List<ReadyItem> ready)
            || !r.TryReadBytes(out ReadOnlySpan<byte> tip) || tip.Length is not (0 or Hash256.Size)
            || !BenchRecord.TryReadOptional(ref r, out Bench? record) || !r.AtEnd)
        {
            return false;
        }

        BlockPayload read = new()
        {
            ParentCertificate = parent,
            Against = against,
            Late = late,
            Timeout = timeout,
            Rejections = rejections,
            Evidence = evidence,
            Reveal = reveal,
            SaltCommits = commits,
            SaltReveals = reveals,
            Ready = ready,
            NextTip = tip.IsEmpty ? null : new Hash256(tip),
            EpochRecord = record,
        };
        if (!Encode(read).AsSpan().SequenceEqual(encoded)) return false;
        payload = read;
        return true;
    }

    private static void WriteVotes(RlpWriter w, IReadOnlyList<CarriedVote> items)
    {
        w.StartList();
        foreach (CarriedVote item in items)
        {
            w.StartList().Write(item.Height).Write((ulong)item.Kind).Write((ulong)item.Votes.Round).Write(item.Votes.Signers.Bytes)
                .Write(item.Votes.Signatures.Span).EndList();
        }

        w.EndList();
    }

    private static void WriteRejections(RlpWriter w, IReadOnlyList<Rejection> items)
    {
        w.StartList();
        foreach (Rejection item in items)
        {
            // The signature covers the justification's digest, which a block of a later round does not show: it travels behind it.
            w.StartList().Write(item.HeaderRlp.Span).Write([.. item.ProposalSignature.Span, .. item.JustificationDigest.Bytes])
                .Write((ulong)item.Against.Round).Write(item.Against.Signers.Bytes).Write(item.Against.Signatures.Span).EndList();
        }

        w.EndList();
    }

    private static bool TryReadVotes(ref RlpReader reader, int limit, out List<CarriedVote> items)
    {
        items = [];
        if (!reader.TryReadList(out RlpReader list)) return false;
        while (!list.AtEnd)
        {
            if (items.Count == limit || !list.TryReadList(out RlpReader r) || !r.TryReadUInt64(out ulong height) || !r.TryReadUInt64(out ulong kind)
                || kind is < (ulong)MessageKind.Vote1For or > (ulong)MessageKind.Vote2 || !TryReadSignatures(ref r, out Certificate? votes) || !r.AtEnd)
            {
                return false;
            }

            items.Add(new CarriedVote(height, (MessageKind)kind, votes));
        }

        return true;
    }

    private static bool TryReadRejections(ref RlpReader reader, out List<Rejection> items)
    {
        items = [];
        if (!reader.TryReadList(out RlpReader list)) return false;
        while (!list.AtEnd)
        {
            if (items.Count == PayloadLimits.Rejections || !list.TryReadList(out RlpReader r)
                || !r.TryReadBytes(PayloadLimits.RejectedHeader, out byte[] header)
                || !r.TryReadBytes(256, out byte[] proof) || proof.Length <= Hash256.Size
                || !TryReadSignatures(ref r, out Certificate? votes) || !r.AtEnd)
            {
                return false;
            }

            int signature = proof.Length - Hash256.Size;
            items.Add(new Rejection(header, new Hash256(proof.AsSpan(signature)), proof.AsMemory(0, signature), votes));
        }

        return true;
    }

    private static bool TryReadSignatures(ref RlpReader r, [NotNullWhen(true)] out Certificate? votes)
    {
        votes = null;
        if (!CertificateCodec.TryReadRound(ref r, out uint round) || !CertificateCodec.TryReadSigners(ref r, out SlotBitmap? signers, out byte[] signatures))
        {
            return false;
        }

        votes = new Certificate(round, signers, signatures);
        return true;
    }

    private static bool TryReadEvidence(ref RlpReader reader, out List<EvidenceItem> items)
    {
        items = [];
        if (!reader.TryReadList(out RlpReader list)) return false;
        while (!list.AtEnd)
        {
            if (items.Count == PayloadLimits.Evidence || !EvidenceCodec.TryRead(ref list, out EvidenceItem? item)) return false;
            items.Add(item);
        }

        return true;
    }

    private static bool TryReadCommits(ref RlpReader reader, out List<SaltCommitItem> items)
    {
        items = [];
        if (!reader.TryReadList(out RlpReader list)) return false;
        while (!list.AtEnd)
        {
            if (items.Count == PayloadLimits.Salts || !list.TryReadList(out RlpReader r) || !TryReadSlot(ref r, out uint slot)
                || !r.TryReadHash(out Hash256 commit) || !r.TryReadBytes(256, out byte[] signature) || !r.AtEnd)
            {
                return false;
            }

            items.Add(new SaltCommitItem(slot, commit, signature));
        }

        return true;
    }

    private static bool TryReadReveals(ref RlpReader reader, out List<SaltRevealItem> items)
    {
        items = [];
        if (!reader.TryReadList(out RlpReader list)) return false;
        while (!list.AtEnd)
        {
            if (items.Count == PayloadLimits.Salts || !list.TryReadList(out RlpReader r) || !TryReadSlot(ref r, out uint slot)
                || !r.TryReadHash(out Hash256 salt) || !r.AtEnd)
            {
                return false;
            }

            items.Add(new SaltRevealItem(slot, salt));
        }

        return true;
    }

    private static bool TryReadReady(ref RlpReader reader, out List<ReadyItem> items)
    {
        items = [];
        if (!reader.TryReadList(out RlpReader list)) return false;
        while (!list.AtEnd)
        {
            if (items.Count == PayloadLimits.Ready || !list.TryReadList(out RlpReader r) || !TryReadSlot(ref r, out uint slot)
                || !r.TryReadBytes(256, out byte[] signature) || !r.AtEnd)
            {
                return false;
            }

            items.Add(new ReadyItem(slot, signature));
        }

        return true;
    }

    private static bool TryReadSlot(ref RlpReader reader, out uint slot)
    {
        bool ok = reader.TryReadUInt64(out ulong wide) && wide < SlotBitmap.MaxSlots;
        slot = ok ? (uint)wide : 0;
        return ok;
    }
}
