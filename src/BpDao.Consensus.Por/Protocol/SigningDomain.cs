using System.Buffers.Binary;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>The digests that consensus keys sign on one network (protocol rules 2.5a, 4.3, 4.4).</summary>
/// <remarks>digest = keccak256(0x19 ‖ 0x42 ‖ DOMAIN ‖ type:1 ‖ epoch:8 ‖ height:8 ‖ round:4 ‖ body). The first two bytes keep it apart from
/// transactions (0xc0 and above, or a type) and from EIP-712 (0x19 0x01). Fields that a message does not have are zero.</remarks>
public sealed class SigningDomain
{
    private const int HeaderLength = 2 + Hash256.Size + 1 + 8 + 8 + 4;

    public SigningDomain(Hash256 value) => Value = value;

    /// <summary>keccak256("BpDao.PoR/1" ‖ chainId:32 ‖ genesisHash:32).</summary>
    public Hash256 Value { get; }

    public static SigningDomain Of(ulong chainId, Hash256 genesisHash)
    {
        ReadOnlySpan<byte> name = "BpDao.PoR/1"u8;
        Span<byte> preimage = stackalloc byte[name.Length + 64];
        name.CopyTo(preimage);
        ((UInt256)chainId).WriteBigEndian(preimage[name.Length..]);
        genesisHash.Bytes.CopyTo(preimage[(name.Length + 32)..]);
        return new SigningDomain(Keccak256.Hash(preimage));
    }

    /// <param name="justification">keccak256 of the timeout certificate's RLP; zero in round 0.</param>
    public Hash256 Proposal(ulong epoch, ulong height, uint round, Hash256 blockHash, Hash256 justification)
    {
        Span<byte> body = stackalloc byte[64];
        blockHash.Bytes.CopyTo(body);
        justification.Bytes.CopyTo(body[32..]);
        return Digest(MessageKind.Proposal, epoch, height, round, body);
    }

    /// <summary>Either kind of first vote, or the second: all cover only the block hash.</summary>
    public Hash256 Vote(MessageKind kind, ulong epoch, ulong height, uint round, Hash256 blockHash) =>
        Digest(kind, epoch, height, round, blockHash.Bytes);

    /// <param name="hqcRoundPlusOne">0 when no QC1 is claimed; <paramref name="hqcBlockHash"/> is zero then.</param>
    public Hash256 Timeout(ulong epoch, ulong height, uint round, uint hqcRoundPlusOne, Hash256 hqcBlockHash)
    {
        Span<byte> body = stackalloc byte[36];
        BinaryPrimitives.WriteUInt32BigEndian(body, hqcRoundPlusOne);
        hqcBlockHash.Bytes.CopyTo(body[4..]);
        return Digest(MessageKind.Timeout, epoch, height, round, body);
    }

    public Hash256 SaltCommit(ulong epoch, Hash256 commit) => Digest(MessageKind.SaltCommit, epoch, 0, 0, commit.Bytes);

    /// <param name="lastOfPreviousEpoch">Hash of the last block of epoch − 1 (protocol rule 3.3).</param>
    public Hash256 Ready(ulong epoch, Hash256 lastOfPreviousEpoch) => Digest(MessageKind.Ready, epoch, 0, 0, lastOfPreviousEpoch.Bytes);

    public Hash256 Possession(Address identity) => Digest(MessageKind.Possession, 0, 0, 0, identity.Bytes);

    /// <param name="what">keccak256 of what is agreed on above the block.</param>
    public Hash256 Rescue(ulong epoch, ulong height, Hash256 blockHash, Hash256 what)
    {
        Span<byte> body = stackalloc byte[64];
        blockHash.Bytes.CopyTo(body);
        what.Bytes.CopyTo(body[32..]);
        return Digest(MessageKind.Rescue, epoch, height, 0, body);
    }

    private Hash256 Digest(MessageKind kind, ulong epoch, ulong height, uint round, ReadOnlySpan<byte> body)
    {
        Span<byte> preimage = stackalloc byte[HeaderLength + 64];
        preimage[0] = 0x19;
        preimage[1] = 0x42;
        Value.Bytes.CopyTo(preimage[2..]);
        preimage[34] = (byte)kind;
        BinaryPrimitives.WriteUInt64BigEndian(preimage[35..], epoch);
        BinaryPrimitives.WriteUInt64BigEndian(preimage[43..], height);
        BinaryPrimitives.WriteUInt32BigEndian(preimage[51..], round);
        body.CopyTo(preimage[HeaderLength..]);
        return Keccak256.Hash(preimage[..(HeaderLength + body.Length)]);
    }
}
