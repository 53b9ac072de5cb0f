using System.Diagnostics.CodeAnalysis;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Evidence;

/// <summary>E1–E4: <c>[type, [statement, statement]]</c>, E5: <c>[5, [statement], tc]</c>, E6: <c>[6, [certificate, certificate]]</c>, with statement =
/// <c>[kind, epoch, height, round, slot, blockHash, extra, signature]</c> and certificate = <c>[epoch, height, round, blockHash, bitmap, sigs]</c>
/// (protocol rule 7.1). One item has one encoding.</summary>
public static class EvidenceCodec
{
    /// <summary>Longest item: a timeout certificate of a full bench with its QC1.</summary>
    public const int MaxItem = 224 * 1024;

    private const int MaxSignature = 96;

    public static byte[] Encode(EvidenceItem item)
    {
        RlpWriter w = new(512);
        Write(w, item);
        return w.ToArray();
    }

    public static void Write(RlpWriter w, EvidenceItem item)
    {
        w.StartList().Write((ulong)item.Type).StartList();
        foreach (SignedStatement s in item.Statements)
        {
            w.StartList().Write((ulong)s.Kind).Write(s.Epoch).Write(s.Height).Write((ulong)s.Round).Write((ulong)s.Slot).Write(s.BlockHash)
                .Write(s.Extra.Span).Write(s.Signature.Span).EndList();
        }

        foreach (BlockCertificate c in item.Certificates)
        {
            w.StartList().Write(c.Epoch).Write(c.Height).Write((ulong)c.Round).Write(c.BlockHash).Write(c.Certificate.Signers.Bytes)
                .Write(c.Certificate.Signatures.Span).EndList();
        }

        w.EndList();
        if (item.Justification is { } tc) CertificateCodec.Write(w, tc);
        w.EndList();
    }

    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out EvidenceItem? item)
    {
        RlpReader reader = new(encoded);
        return TryRead(ref reader, out item) && reader.AtEnd;
    }

    /// <summary>False for what <see cref="Write"/> does not write; whether it is true is not asked here.</summary>
    public static bool TryRead(ref RlpReader reader, [NotNullWhen(true)] out EvidenceItem? item)
    {
        item = null;
        if (!reader.TryReadRaw(out ReadOnlySpan<byte> encoded) || encoded.Length > MaxItem) return false;
        RlpReader outer = new(encoded);
        if (!outer.TryReadList(out RlpReader r) || !r.TryReadUInt64(out ulong type) || !r.TryReadList(out RlpReader parts)) return false;
        EvidenceItem? read = type switch
        {
            >= (ulong)EvidenceType.DoubleProposal and <= (ulong)EvidenceType.HiddenSecondVote => ReadPair(ref parts, (EvidenceType)type),
            (ulong)EvidenceType.IgnoredQc => ReadIgnoredQc(ref parts, ref r),
            (ulong)EvidenceType.TwoCommits => ReadTwoCommits(ref parts),
            _ => null,
        };
        if (read is null || !parts.AtEnd || !r.AtEnd) return false;
        item = read;
        return true;
    }

    private static EvidenceItem? ReadPair(ref RlpReader parts, EvidenceType type) =>
        TryReadStatement(ref parts, out SignedStatement? a) && TryReadStatement(ref parts, out SignedStatement? b)
        && a.CompareTo(b) < 0 && Contradictions.Between(a, b) == type
            ? new EvidenceItem { Type = type, Statements = [a, b] } : null;

    private static EvidenceItem? ReadIgnoredQc(ref RlpReader parts, ref RlpReader rest) =>
        TryReadStatement(ref parts, out SignedStatement? proposal) && proposal.Kind == MessageKind.Proposal
        && CertificateCodec.TryReadOptional(ref rest, out TimeoutCertificate? tc) && tc is not null
            ? EvidenceItem.IgnoredQc(proposal, tc) : null;

    private static EvidenceItem? ReadTwoCommits(ref RlpReader parts) =>
        TryReadCommit(ref parts, out BlockCertificate? a) && TryReadCommit(ref parts, out BlockCertificate? b) && a.BlockHash < b.BlockHash
        && a.Certificate.Signers.Intersects(b.Certificate.Signers)
            ? EvidenceItem.TwoCommits(a, b) : null;

    private static bool TryReadStatement(ref RlpReader reader, [NotNullWhen(true)] out SignedStatement? statement)
    {
        statement = null;
        if (!reader.TryReadList(out RlpReader r) || !r.TryReadUInt64(out ulong kind) || kind > byte.MaxValue || !r.TryReadUInt64(out ulong epoch)
            || !r.TryReadUInt64(out ulong height) || !CertificateCodec.TryReadRound(ref r, out uint round)
            || !r.TryReadUInt64(out ulong slot) || slot >= SlotBitmap.MaxSlots || !r.TryReadHash(out Hash256 hash)
            || !r.TryReadBytes(64, out byte[] extra) || !r.TryReadBytes(MaxSignature, out byte[] signature) || !r.AtEnd)
        {
            return false;
        }

        SignedStatement read = new((MessageKind)kind, epoch, height, round, (uint)slot, hash, extra, signature);
        if (!read.HasShape) return false;
        statement = read;
        return true;
    }

    private static bool TryReadCommit(ref RlpReader reader, [NotNullWhen(true)] out BlockCertificate? certificate)
    {
        certificate = null;
        if (!reader.TryReadList(out RlpReader r) || !r.TryReadUInt64(out ulong epoch) || !r.TryReadUInt64(out ulong height)
            || !CertificateCodec.TryReadRound(ref r, out uint round) || !r.TryReadHash(out Hash256 hash)
            || !CertificateCodec.TryReadSigners(ref r, out SlotBitmap? signers, out byte[] signatures) || !r.AtEnd)
        {
            return false;
        }

        certificate = new BlockCertificate(MessageKind.Vote2, epoch, height, hash, new Certificate(round, signers, signatures));
        return true;
    }
}
