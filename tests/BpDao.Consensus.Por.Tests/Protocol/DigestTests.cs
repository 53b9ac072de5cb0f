using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>Digests byte by byte, as docs/consensus.md §2 writes them.</summary>
public sealed class DigestTests
{
    private static readonly Hash256 Genesis = Keccak256.Hash("genesis"u8), Block = Keccak256.Hash("block"u8), Other = Keccak256.Hash("other"u8);
    private static readonly SigningDomain Domain = SigningDomain.Of(24422, Genesis);

    [Fact]
    public void The_domain_is_bound_to_chain_and_genesis()
    {
        byte[] preimage = [.. "BpDao.PoR/1"u8, .. ((UInt256)24422).ToBigEndian(), .. Genesis.Bytes];
        Assert.Equal(Keccak256.Hash(preimage), Domain.Value);
        Assert.NotEqual(Domain.Value, SigningDomain.Of(24423, Genesis).Value);
        Assert.NotEqual(Domain.Value, SigningDomain.Of(24422, Block).Value);
    }

    [Fact]
    public void Each_kind_has_its_body()
    {
        Assert.Equal(Digest(1, 2, 3, 4, [.. Block.Bytes, .. Other.Bytes]), Domain.Proposal(2, 3, 4, Block, Other));
        Assert.Equal(Digest(2, 2, 3, 4, Block.Bytes), Domain.Vote(MessageKind.Vote1For, 2, 3, 4, Block));
        // Protocol rule 4.3: a vote against covers only the block hash.
        Assert.Equal(Digest(3, 2, 3, 4, Block.Bytes), Domain.Vote(MessageKind.Vote1Against, 2, 3, 4, Block));
        Assert.Equal(Digest(4, 2, 3, 4, Block.Bytes), Domain.Vote(MessageKind.Vote2, 2, 3, 4, Block));
        Assert.Equal(Digest(5, 2, 3, 4, [0, 0, 0, 3, .. Block.Bytes]), Domain.Timeout(2, 3, 4, 3, Block));
        Assert.Equal(Digest(7, 2, 0, 0, Other.Bytes), Domain.SaltCommit(2, Other));
        Assert.Equal(Digest(9, 2, 0, 0, Block.Bytes), Domain.Ready(2, Block));
        Assert.Equal(Digest(10, 0, 0, 0, Address.FromNumber(5).Bytes), Domain.Possession(Address.FromNumber(5)));
    }

    private static Hash256 Digest(byte type, ulong epoch, ulong height, uint round, ReadOnlySpan<byte> body) =>
        Keccak256.Hash([0x19, 0x42, .. Domain.Value.Bytes, type, .. Big(epoch, 8), .. Big(height, 8), .. Big(round, 4), .. body]);

    private static byte[] Big(ulong value, int length) => ((UInt256)value).ToBigEndian()[(32 - length)..];
}
