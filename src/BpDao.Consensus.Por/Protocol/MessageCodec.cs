using System.Diagnostics.CodeAnalysis;
using BpDao.Consensus.Por.Evidence;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>Consensus messages as RLP: a list that begins with the message's number. Decoding never throws and reads no more than the
/// bounds here allow.</summary>
public static class MessageCodec
{
    /// <summary>Longest message that carries a block: EIP-7934 bounds a block by 8 MiB, certificates come on top.</summary>
    public const int MaxBlockMessage = 10 * 1024 * 1024;

    /// <summary>Longest other message: a timeout certificate of a full bench with its QC1, 2 · 1,024 signatures.</summary>
    public const int MaxOtherMessage = 256 * 1024;

    private const int MaxSignature = 96;

    /// <summary>Of a block: more than the largest gas limit that contracts allow (2^32) has room for.</summary>
    public const int MaxTransactions = 204_800;

    private enum Id : byte
    {
        Proposal = 1, Vote, Timeout, BlockCertificate, TimeoutCertificate, SaltCommit, SaltReveal, Ready, Status, GetCertificate, GetBlock,
        Block, CertifiedBlock, Evidence,
    }

    public static byte[] Encode(PorMessage message)
    {
        byte[] block = message switch
        {
            Proposal m => BlockCodec.Encode(m.Block),
            BlockMessage m => BlockCodec.Encode(m.Block),
            CertifiedBlockMessage m => BlockCodec.Encode(m.Block),
            _ => [],
        };
        RlpWriter w = new(512 + block.Length);
        w.StartList();
        switch (message)
        {
            case Proposal m:
                Start(w, Id.Proposal, m).Write((ulong)m.Round).WriteRaw(block);
                CertificateCodec.WriteOptional(w, m.Justification);
                w.Write(m.Signature.Span);
                break;
            case Vote m:
                Start(w, Id.Vote, m).Write((ulong)m.Kind).Write((ulong)m.Round).Write(m.BlockHash).Write((ulong)m.Slot)
                    .Write((ulong)m.Reason).Write(m.Signature.Span);
                break;
            case TimeoutMessage m:
                Start(w, Id.Timeout, m).Write((ulong)m.Round).Write((ulong)m.HqcRoundPlusOne).Write(m.HqcBlockHash);
                CertificateCodec.WriteOptional(w, m.HighQc);
                w.Write((ulong)m.Slot).Write(m.Signature.Span);
                break;
            case BlockCertificateMessage m:
                Start(w, Id.BlockCertificate, m).Write((ulong)m.Certificate.Kind).Write(m.Certificate.BlockHash);
                CertificateCodec.Write(w, m.Certificate.Certificate);
                break;
            case TimeoutCertificateMessage m:
                Start(w, Id.TimeoutCertificate, m);
                CertificateCodec.Write(w, m.Certificate);
                break;
            case SaltCommitMessage m:
                Start(w, Id.SaltCommit).Write(m.Epoch).Write((ulong)m.Slot).Write(m.Commit).Write(m.Signature.Span);
                break;
            case SaltRevealMessage m:
                Start(w, Id.SaltReveal).Write(m.Epoch).Write((ulong)m.Slot).Write(m.Salt);
                break;
            case ReadyMessage m:
                Start(w, Id.Ready).Write(m.Epoch).Write((ulong)m.Slot).Write(m.Signature.Span);
                break;
            case StatusMessage m:
                Start(w, Id.Status).Write(m.Committed).Write(m.CommittedHash).Write((ulong)m.Round);
                CertificateCodec.WriteOptional(w, m.Highest);
                break;
            case GetCertificateMessage m:
                Start(w, Id.GetCertificate).Write(m.Height);
                break;
            case GetBlockMessage m:
                Start(w, Id.GetBlock).Write(m.BlockHash);
                break;
            case BlockMessage m:
                Start(w, Id.Block).WriteRaw(block);
                break;
            case CertifiedBlockMessage m:
                Start(w, Id.CertifiedBlock).WriteRaw(block);
                CertificateCodec.Write(w, m.Certificate);
                break;
            case EvidenceMessage m:
                EvidenceCodec.Write(Start(w, Id.Evidence), m.Item);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(message), message.GetType().Name, "No encoding.");
        }

        return w.EndList().ToArray();
    }

    /// <summary>False for anything that is not exactly one message within bounds.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out PorMessage? message)
    {
        message = null;
        RlpReader outer = new(encoded);
        if (encoded.Length > MaxBlockMessage || !outer.TryReadList(out RlpReader r) || !outer.AtEnd || !r.TryReadUInt64(out ulong number)) return false;
        Id id = (Id)Math.Min(number, byte.MaxValue);
        if (id is not (Id.Proposal or Id.Block or Id.CertifiedBlock) && encoded.Length > MaxOtherMessage) return false;
        message = id switch
        {
            Id.Proposal => ReadProposal(ref r),
            Id.Vote => ReadVote(ref r),
            Id.Timeout => ReadTimeout(ref r),
            Id.BlockCertificate => ReadBlockCertificate(ref r),
            Id.TimeoutCertificate => ReadTimeoutCertificate(ref r),
            Id.SaltCommit => ReadSaltCommit(ref r),
            Id.SaltReveal => ReadSaltReveal(ref r),
            Id.Ready => ReadReady(ref r),
            Id.Status => ReadStatus(ref r),
            Id.GetCertificate => r.TryReadUInt64(out ulong height) ? new GetCertificateMessage(height) : null,
            Id.GetBlock => r.TryReadHash(out Hash256 hash) ? new GetBlockMessage(hash) : null,
            Id.Block => TryReadBlock(ref r, out Block? block) ? new BlockMessage(block) : null,
            Id.CertifiedBlock => ReadCertifiedBlock(ref r),
            Id.Evidence => EvidenceCodec.TryRead(ref r, out EvidenceItem? item) ? new EvidenceMessage(item) : null,
            _ => null,
        };
        if (!r.AtEnd) message = null;
        return message is not null;
    }

    private static RlpWriter Start(RlpWriter w, Id id) => w.Write((ulong)id);

    private static RlpWriter Start(RlpWriter w, Id id, HeightMessage m) => w.Write((ulong)id).Write(m.Epoch).Write(m.Height);

    private static Proposal? ReadProposal(ref RlpReader r) =>
        TryReadPlace(ref r, out ulong epoch, out ulong height) && CertificateCodec.TryReadRound(ref r, out uint round)
        && TryReadBlock(ref r, out Block? block) && CertificateCodec.TryReadOptional(ref r, out TimeoutCertificate? tc)
        && TryReadSignature(ref r, out byte[] signature)
            ? new Proposal(epoch, height, round, block, tc, signature) : null;

    private static Vote? ReadVote(ref RlpReader r) =>
        TryReadPlace(ref r, out ulong epoch, out ulong height) && TryReadVoteKind(ref r, out MessageKind kind)
        && CertificateCodec.TryReadRound(ref r, out uint round) && r.TryReadHash(out Hash256 hash) && TryReadSlot(ref r, out uint slot)
        && r.TryReadUInt64(out ulong reason) && reason <= byte.MaxValue && TryReadSignature(ref r, out byte[] signature)
            ? new Vote(kind, epoch, height, round, hash, slot, signature, (byte)reason) : null;

    private static TimeoutMessage? ReadTimeout(ref RlpReader r)
    {
        if (!TryReadPlace(ref r, out ulong epoch, out ulong height) || !CertificateCodec.TryReadRound(ref r, out uint round)
            || !CertificateCodec.TryReadRound(ref r, out uint hqcRoundPlusOne) || !r.TryReadHash(out Hash256 hash)
            || !CertificateCodec.TryReadOptional(ref r, out Certificate? qc) || !TryReadSlot(ref r, out uint slot)
            || !TryReadSignature(ref r, out byte[] signature))
        {
            return null;
        }

        // Protocol rule 4.4: no claim above the round; with none claimed the hash is zero and no certificate comes along.
        bool sound = hqcRoundPlusOne <= round + 1 && (hqcRoundPlusOne == 0 ? hash.IsZero && qc is null : qc is null || qc.Round + 1 == hqcRoundPlusOne);
        return sound ? new TimeoutMessage(epoch, height, round, hqcRoundPlusOne, hash, qc, slot, signature) : null;
    }

    private static BlockCertificateMessage? ReadBlockCertificate(ref RlpReader r) =>
        TryReadPlace(ref r, out ulong epoch, out ulong height) && TryReadVoteKind(ref r, out MessageKind kind) && r.TryReadHash(out Hash256 hash)
        && CertificateCodec.TryRead(ref r, out Certificate? certificate)
            ? new BlockCertificateMessage(new BlockCertificate(kind, epoch, height, hash, certificate)) : null;

    private static TimeoutCertificateMessage? ReadTimeoutCertificate(ref RlpReader r) =>
        TryReadPlace(ref r, out ulong epoch, out ulong height) && CertificateCodec.TryReadOptional(ref r, out TimeoutCertificate? tc) && tc is not null
            ? new TimeoutCertificateMessage(epoch, height, tc) : null;

    private static SaltCommitMessage? ReadSaltCommit(ref RlpReader r) =>
        r.TryReadUInt64(out ulong epoch) && TryReadSlot(ref r, out uint slot) && r.TryReadHash(out Hash256 commit)
        && TryReadSignature(ref r, out byte[] signature)
            ? new SaltCommitMessage(epoch, slot, commit, signature) : null;

    private static SaltRevealMessage? ReadSaltReveal(ref RlpReader r) =>
        r.TryReadUInt64(out ulong epoch) && TryReadSlot(ref r, out uint slot) && r.TryReadHash(out Hash256 salt)
            ? new SaltRevealMessage(epoch, slot, salt) : null;

    private static ReadyMessage? ReadReady(ref RlpReader r) =>
        r.TryReadUInt64(out ulong epoch) && TryReadSlot(ref r, out uint slot) && TryReadSignature(ref r, out byte[] signature)
            ? new ReadyMessage(epoch, slot, signature) : null;

    private static StatusMessage? ReadStatus(ref RlpReader r) =>
        r.TryReadUInt64(out ulong committed) && r.TryReadHash(out Hash256 hash) && CertificateCodec.TryReadRound(ref r, out uint round)
        && CertificateCodec.TryReadOptional(ref r, out TimeoutCertificate? tc)
            ? new StatusMessage(committed, hash, round, tc) : null;

    private static CertifiedBlockMessage? ReadCertifiedBlock(ref RlpReader r) =>
        TryReadBlock(ref r, out Block? block) && CertificateCodec.TryRead(ref r, out Certificate? certificate)
            ? new CertifiedBlockMessage(block, certificate) : null;

    private static bool TryReadPlace(ref RlpReader r, out ulong epoch, out ulong height)
    {
        height = 0;
        return r.TryReadUInt64(out epoch) && r.TryReadUInt64(out height);
    }

    private static bool TryReadBlock(ref RlpReader r, [NotNullWhen(true)] out Block? block)
    {
        block = null;
        return r.TryReadRaw(out ReadOnlySpan<byte> encoded) && BlockCodec.TryCountTransactions(encoded, MaxTransactions, out _)
            && BlockCodec.TryDecode(encoded, out block) && block is not null;
    }

    private static bool TryReadSlot(ref RlpReader r, out uint slot)
    {
        bool ok = r.TryReadUInt64(out ulong wide) && wide < SlotBitmap.MaxSlots;
        slot = ok ? (uint)wide : 0;
        return ok;
    }

    private static bool TryReadVoteKind(ref RlpReader r, out MessageKind kind)
    {
        bool ok = r.TryReadUInt64(out ulong wide) && wide is >= (ulong)MessageKind.Vote1For and <= (ulong)MessageKind.Vote2;
        kind = ok ? (MessageKind)wide : default;
        return ok;
    }

    private static bool TryReadSignature(ref RlpReader r, out byte[] signature) =>
        r.TryReadBytes(MaxSignature, out signature) && signature.Length > 0;
}
