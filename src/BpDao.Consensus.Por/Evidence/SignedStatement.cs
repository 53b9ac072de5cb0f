using System.Buffers.Binary;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Evidence;

/// <summary>One thing that a slot's key signed, apart from the message that brought it: enough to make the digest again.</summary>
/// <param name="Kind">Proposal, one of the votes, or Timeout.</param>
/// <param name="BlockHash">Zero for a timeout.</param>
/// <param name="Extra">Proposal: the justification's digest, 32 bytes. Timeout: hqcRound+1:4 ‖ hqcBlockHash:32, big-endian. Empty for votes.</param>
public sealed record SignedStatement(
    MessageKind Kind, ulong Epoch, ulong Height, uint Round, uint Slot, Hash256 BlockHash, ReadOnlyMemory<byte> Extra, ReadOnlyMemory<byte> Signature)
{
    private const int ClaimLength = 4 + Hash256.Size;

    public static SignedStatement Of(Vote v) => new(v.Kind, v.Epoch, v.Height, v.Round, v.Slot, v.BlockHash, default, v.Signature);

    /// <param name="leader">Whose signature is on the proposal.</param>
    public static SignedStatement Of(Proposal p, uint leader) =>
        new(MessageKind.Proposal, p.Epoch, p.Height, p.Round, leader, p.Block.Hash, p.JustificationDigest.Bytes.ToArray(), p.Signature);

    public static SignedStatement Of(TimeoutMessage t) =>
        OfTimeout(t.Epoch, t.Height, t.Round, t.Slot, t.HqcRoundPlusOne, t.HqcBlockHash, t.Signature);

    /// <summary>The timeout of one signer of a group.</summary>
    public static SignedStatement OfTimeout(
        ulong epoch, ulong height, uint round, uint slot, uint hqcRoundPlusOne, Hash256 hqcBlockHash, ReadOnlyMemory<byte> signature)
    {
        byte[] extra = new byte[ClaimLength];
        BinaryPrimitives.WriteUInt32BigEndian(extra, hqcRoundPlusOne);
        hqcBlockHash.Bytes.CopyTo(extra.AsSpan(4));
        return new SignedStatement(MessageKind.Timeout, epoch, height, round, slot, Hash256.Zero, extra, signature);
    }

    public bool IsFirstVote => Kind is MessageKind.Vote1For or MessageKind.Vote1Against;

    /// <summary>What a timeout claims: 0 for no QC1.</summary>
    public uint ClaimedRoundPlusOne => BinaryPrimitives.ReadUInt32BigEndian(Extra.Span);

    /// <summary>The kind is one that evidence is made of, and the rest fits it.</summary>
    public bool HasShape => Kind switch
    {
        MessageKind.Proposal => Extra.Length == Hash256.Size,
        MessageKind.Vote1For or MessageKind.Vote1Against or MessageKind.Vote2 => Extra.IsEmpty,
        MessageKind.Timeout => Extra.Length == ClaimLength && BlockHash.IsZero,
        _ => false,
    };

    /// <summary>What was signed. The statement has its shape.</summary>
    public Hash256 Digest(SigningDomain domain) => Kind switch
    {
        MessageKind.Proposal => domain.Proposal(Epoch, Height, Round, BlockHash, new Hash256(Extra.Span)),
        MessageKind.Timeout => domain.Timeout(Epoch, Height, Round, ClaimedRoundPlusOne, new Hash256(Extra.Span[4..])),
        _ => domain.Vote(Kind, Epoch, Height, Round, BlockHash),
    };

    /// <summary>The same words, whoever signed them.</summary>
    public bool SaysTheSame(SignedStatement other) => CompareTo(other) == 0;

    /// <summary>By kind, round, block, extra: the order in which evidence shows two statements.</summary>
    public int CompareTo(SignedStatement other)
    {
        int order = Kind.CompareTo(other.Kind);
        if (order == 0) order = Round.CompareTo(other.Round);
        if (order == 0) order = BlockHash.CompareTo(other.BlockHash);
        return order != 0 ? order : Extra.Span.SequenceCompareTo(other.Extra.Span);
    }

    public bool Equals(SignedStatement? other) =>
        other is not null && SaysTheSame(other) && Epoch == other.Epoch && Height == other.Height && Slot == other.Slot
        && Signature.Span.SequenceEqual(other.Signature.Span);

    public override int GetHashCode() => HashCode.Combine(Kind, Height, Round, Slot, BlockHash);
}
