using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Light;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Light;

/// <summary>Headers above a rescue (ADR 0019): those that are left decide, if they have agreed to.</summary>
public sealed class LightRescueTests
{
    private const ulong Last = 3;

    private static readonly Bench Four = TestBench.Equal(4);

    private readonly BlockHeader[] _headers = Chain(6);

    [Fact]
    public void Above_it_the_certificates_of_those_who_are_left_count_and_up_to_it_all_must_sign()
    {
        PorLightChain chain = Open(Signed(0, 1));
        Assert.Equal(BlockError.InvalidCertificate, chain.Append(Segment(1, Last, 0, 1)).Error);
        Assert.Equal(BlockVerdict.Valid, chain.Append(Segment(1, Last, 0, 1, 2)));
        Assert.Equal(BlockError.InvalidCertificate, chain.Append(Segment(Last + 1, 5, 0)).Error);
        Assert.Equal(BlockVerdict.Valid, chain.Append(Segment(Last + 1, 5, 0, 1)));
        Assert.Equal(BlockVerdict.Valid, Open(Signed(0, 1)).Append(Segment(1, 6, 0, 1)));
    }

    [Fact]
    public void Without_it_or_after_its_last_epoch_they_do_not_count()
    {
        Assert.Equal(BlockError.InvalidCertificate, Open(null).Append(Segment(1, 6, 0, 1)).Error);
        BenchRescue ended = Signed(0, 1) with { Height = 0, Hash = TestBench.GenesisHash, Epoch = 0 };
        Assert.False(ended.Covers(1, ended.UntilEpoch + 1));
    }

    [Fact]
    public void One_that_names_another_block_or_too_few_have_signed_is_refused_with_its_reason()
    {
        BlockVerdict other = Open(Signed(0, 1) with { Hash = Keccak256.Hash("another"u8) }).Append(Segment(1, 6, 0, 1));
        Assert.Equal(BlockError.InvalidCertificate, other.Error);
        Assert.Contains("the rescue says", other.ToString(), StringComparison.Ordinal);
        foreach (BenchRescue bad in (BenchRescue[])[Signed(0), Signed(0, 1) with { UntilEpoch = 99 }, Signed(0, 1) with { Lost = [0, 1, 2, 3] }])
        {
            BlockVerdict verdict = Open(bad).Append(Segment(1, 6, 0, 1));
            Assert.Equal(BlockError.InvalidCertificate, verdict.Error);
            Assert.Contains("by the rescue", verdict.ToString(), StringComparison.Ordinal);
        }
    }

    private static PorLightChain Open(BenchRescue? rescue) => new(Genesis, Four, TestBench.Verifier, _ => default, rescue);

    private BenchRescue Signed(params uint[] slots)
    {
        BenchRescue rescue = new(Last, _headers[Last - 1].Hash, 0, UntilEpoch: 8, [2, 3], []);
        return rescue with { Signatures = [.. slots.Select(s => new RescueSignature(s, TestBench.SignerOf(s).Sign(rescue.Digest(TestBench.Domain))))] };
    }

    private EpochSegment Segment(ulong first, ulong last, params uint[] signers)
    {
        BlockHeader[] headers = [.. _headers.Where(h => h.Number >= first && h.Number <= last)];
        BlockCertificate votes = TestBench.Certificate(MessageKind.Vote2, last, 0, headers[^1].Hash, signers);
        return new EpochSegment(headers, null, CertificateCodec.Encode(votes.Certificate));
    }

    private static BlockHeader Genesis { get; } = TestBench.Block(0, default, 0, 0).Header;

    private static BlockHeader[] Chain(ulong length)
    {
        List<BlockHeader> headers = [Genesis];
        for (ulong n = 1; n <= length; n++) headers.Add(TestBench.Block(n, headers[^1].Hash, 0, (uint)(n % 4)).Header);
        return [.. headers.Skip(1)];
    }
}
