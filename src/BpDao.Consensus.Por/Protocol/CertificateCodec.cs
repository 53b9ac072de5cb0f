using System.Diagnostics.CodeAnalysis;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>RLP of certificates (protocol rule 2.5), with bounds: what a peer sends can cost no more than a full bench.</summary>
public static class CertificateCodec
{
    /// <summary>Rounds are below this; a height that needs more is dead.</summary>
    public const uint MaxRound = 1 << 20;

    // The longest signature of any scheme (BLS12-381, 96 bytes).
    private const int MaxSignature = 96;

    public static byte[] Encode(Certificate certificate)
    {
        RlpWriter writer = new(128 + certificate.Signatures.Length);
        Write(writer, certificate);
        return writer.ToArray();
    }

    public static byte[] Encode(TimeoutCertificate certificate)
    {
        RlpWriter writer = new(1024);
        Write(writer, certificate);
        return writer.ToArray();
    }

    public static void Write(RlpWriter writer, Certificate certificate) =>
        writer.StartList().Write((ulong)certificate.Round).Write(certificate.Signers.Bytes).Write(certificate.Signatures.Span).EndList();

    /// <summary>An empty list for null.</summary>
    public static void WriteOptional(RlpWriter writer, Certificate? certificate)
    {
        if (certificate is null) writer.StartList().EndList();
        else Write(writer, certificate);
    }

    public static void Write(RlpWriter writer, TimeoutCertificate certificate)
    {
        writer.StartList().Write((ulong)certificate.Round).StartList();
        foreach (TimeoutGroup group in certificate.Groups)
        {
            writer.StartList().Write((ulong)group.HqcRoundPlusOne).Write(group.HqcBlockHash).Write(group.Signers.Bytes)
                .Write(group.Signatures.Span).EndList();
        }

        writer.EndList();
        WriteOptional(writer, certificate.HighQc);
        writer.EndList();
    }

    /// <summary>An empty list for null.</summary>
    public static void WriteOptional(RlpWriter writer, TimeoutCertificate? certificate)
    {
        if (certificate is null) writer.StartList().EndList();
        else Write(writer, certificate);
    }

    /// <summary>All of the input.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out Certificate? certificate)
    {
        RlpReader reader = new(encoded);
        return TryRead(ref reader, out certificate) && reader.AtEnd;
    }

    public static bool TryRead(ref RlpReader reader, [NotNullWhen(true)] out Certificate? certificate) =>
        TryReadOptional(ref reader, out certificate) && certificate is not null;

    /// <summary>Null for an empty list.</summary>
    public static bool TryReadOptional(ref RlpReader reader, out Certificate? certificate)
    {
        certificate = null;
        if (!reader.TryReadList(out RlpReader r)) return false;
        if (r.AtEnd) return true;
        if (!TryReadRound(ref r, out uint round) || !TryReadSigners(ref r, out SlotBitmap? signers, out byte[] signatures) || !r.AtEnd) return false;
        certificate = new Certificate(round, signers, signatures);
        return true;
    }

    /// <summary>Null for an empty list. Groups must ascend and share no signer.</summary>
    public static bool TryReadOptional(ref RlpReader reader, out TimeoutCertificate? certificate)
    {
        certificate = null;
        if (!reader.TryReadList(out RlpReader r)) return false;
        if (r.AtEnd) return true;
        if (!TryReadRound(ref r, out uint round) || !TryReadGroups(ref r, out List<TimeoutGroup> groups)
            || !TryReadOptional(ref r, out Certificate? highQc) || !r.AtEnd)
        {
            return false;
        }

        certificate = new TimeoutCertificate(round, groups, highQc);
        return true;
    }

    public static bool TryReadRound(ref RlpReader reader, out uint round)
    {
        bool ok = reader.TryReadUInt64(out ulong wide) && wide < MaxRound;
        round = ok ? (uint)wide : 0;
        return ok;
    }

    /// <summary>A bitmap that is not empty, and signatures no longer than so many signers can give.</summary>
    public static bool TryReadSigners(ref RlpReader reader, [NotNullWhen(true)] out SlotBitmap? signers, out byte[] signatures)
    {
        signers = null;
        signatures = [];
        return reader.TryReadBytes(out ReadOnlySpan<byte> bits) && SlotBitmap.TryCreate(bits, out signers) && !signers.IsEmpty
            && reader.TryReadBytes(signers.Count * MaxSignature, out signatures) && signatures.Length > 0;
    }

    private static bool TryReadGroups(ref RlpReader reader, out List<TimeoutGroup> groups)
    {
        groups = [];
        if (!reader.TryReadList(out RlpReader items) || items.AtEnd) return false;
        SlotBitmap seen = SlotBitmap.Empty;
        while (!items.AtEnd)
        {
            if (groups.Count == Bench.MaxMembers || !items.TryReadList(out RlpReader r) || !TryReadRound(ref r, out uint hqcRoundPlusOne)
                || !r.TryReadHash(out Hash256 hash) || !TryReadSigners(ref r, out SlotBitmap? signers, out byte[] signatures) || !r.AtEnd)
            {
                return false;
            }

            TimeoutGroup group = new(hqcRoundPlusOne, hash, signers, signatures);
            if ((hqcRoundPlusOne == 0 && !hash.IsZero) || seen.Intersects(signers) || (groups.Count > 0 && !Ascends(groups[^1], group))) return false;
            seen = seen.Union(signers);
            groups.Add(group);
        }

        return true;
    }

    private static bool Ascends(TimeoutGroup left, TimeoutGroup right) =>
        left.HqcRoundPlusOne != right.HqcRoundPlusOne ? left.HqcRoundPlusOne < right.HqcRoundPlusOne : left.HqcBlockHash < right.HqcBlockHash;
}
