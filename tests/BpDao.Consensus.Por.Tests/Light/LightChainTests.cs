using BpDao.Blockchain;
using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Engine;
using BpDao.Consensus.Por.Tests.Rules;
using BpDao.Core;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.Consensus.Por.Tests.Light;

/// <summary>Headers that are proven final by one certificate an epoch (docs/consensus.md, section 11), on the published chain of one producer.</summary>
public sealed class LightChainTests(LightChainTests.History history, ITestOutputHelper output) : IClassFixture<LightChainTests.History>
{
    [Fact]
    public void Every_epoch_of_a_real_chain_is_proven_and_leaves_the_records_that_execution_leaves()
    {
        ILightChain chain = Upto(history.Last);
        Assert.Equal(history.Tree.Head, chain.Head);
        // What was not executed is not known: whether a block was in safe mode. Here none was.
        EngineRecords executed = new(history.Lone.Chain.Db);
        foreach (EngineRecord record in chain.Records()) Assert.Equal(executed.Get(record.Key.Span), record.Value.ToArray());
        Assert.Equal(history.Last, chain.Epoch);
    }

    [Fact]
    public void An_epoch_may_come_in_parts_each_with_its_certificate()
    {
        ILightChain chain = Upto(1);
        EpochSpan span = history.Light.SpanOf(2, history.Tree.Head)!.Value;
        Assert.True(chain.Append(LightSegments.Between(history.Light, history.Tree, span.First, span.First)).IsValid);
        Assert.True(chain.Append(LightSegments.Between(history.Light, history.Tree, span.First + 1, span.Last - 2)).IsValid);
        Assert.True(chain.Append(LightSegments.Between(history.Light, history.Tree, span.Last - 1, span.Last)).IsValid);
        Assert.True(chain.Append(LightSegments.Of(history.Light, history.Tree, 3)).IsValid);
    }

    public static TheoryData<string> Mutations => [.. Changes.Keys];

    private static readonly Dictionary<string, (Func<History, EpochSegment, EpochSegment> Change, BlockError Error)> Changes = new()
    {
        ["no header"] = ((_, s) => s with { Headers = [] }, BlockError.MalformedBlock),
        ["no certificate"] = ((_, s) => s with { Certificate = default }, BlockError.InvalidCertificate),
        ["the certificate of the block before"] = ((h, s) => s with { Certificate = h.Tree.CertificateByNumber(s.Headers[^1].Number - 1) }, BlockError.InvalidCertificate),
        ["votes of another kind"] = ((h, s) => s with { Certificate = CertificateCodec.Encode(h.Lone.Certify(MessageKind.Vote1For, s.Headers[^1])) }, BlockError.InvalidCertificate),
        ["a header is missing"] = ((_, s) => s with { Headers = [.. s.Headers.Where((_, i) => i != 3)] }, BlockError.InvalidParentHash),
        ["a header is changed"] = ((_, s) => s with { Headers = [.. s.Headers.Select((h, i) => i == 3 ? h with { GasUsed = 1 } : h)] }, BlockError.InvalidParentHash),
        ["the last header is changed"] = ((_, s) => s with { Headers = [.. s.Headers.SkipLast(1), s.Headers[^1] with { StateRoot = default }] }, BlockError.InvalidCertificate),
        ["the last header is missing"] = ((_, s) => s with { Headers = [.. s.Headers.SkipLast(1)] }, BlockError.InvalidCertificate),
        ["the first header is missing"] = ((_, s) => s with { Headers = [.. s.Headers.Skip(1)] }, BlockError.InvalidParentHash),
        ["an epoch is left out"] = ((h, _) => LightSegments.Of(h.Light, h.Tree, 4), BlockError.InvalidExtraData),
        ["headers of two epochs"] = ((h, s) => s with { Headers = [.. s.Headers, h.Tree.HeaderByNumber(s.Headers[^1].Number + 1)!] }, BlockError.InvalidExtraData),
        ["the opening is missing"] = ((_, s) => s with { Opening = null }, BlockError.InvalidPayload),
        ["another payload"] = ((h, s) => s with { Opening = s.Opening! with { Payload = LightSegments.Of(h.Light, h.Tree, 4).Opening!.Payload } }, BlockError.InvalidPayloadHash),
        ["other receipts"] = ((h, s) => s with { Opening = s.Opening! with { Receipts = LightSegments.Of(h.Light, h.Tree, 4).Opening!.Receipts } }, BlockError.InvalidReceiptsRoot),
        ["no receipts"] = ((_, s) => s with { Opening = s.Opening! with { Receipts = [] } }, BlockError.InvalidReceiptsRoot),
    };

    [Theory]
    [MemberData(nameof(Mutations))]
    public void What_is_not_proven_is_refused_and_changes_nothing(string mutation)
    {
        ILightChain chain = Upto(2);
        (Func<History, EpochSegment, EpochSegment> change, BlockError error) = Changes[mutation];
        EpochSegment honest = LightSegments.Of(history.Light, history.Tree, 3);
        BlockHeader head = chain.Head;
        int records = chain.Records().Count;
        Assert.Equal(error, chain.Append(change(history, honest)).Error);
        Assert.Equal(head, chain.Head);
        Assert.Equal(records, chain.Records().Count);
        Assert.True(chain.Append(honest).IsValid);
    }

    [Fact]
    public void A_record_that_the_contracts_did_not_fix_repeats_the_bench()
    {
        ILightChain chain = Upto(2);
        EpochSegment honest = LightSegments.Of(history.Light, history.Tree, 3);
        // As if transaction 0 had failed: the receipt has no events, and the header is made to say so.
        byte[] silent = ReceiptCodec.Encode(new Receipt { Type = TxType.Legacy, Success = false, CumulativeGasUsed = 1, Logs = [], Bloom = Bloom.Empty });
        BlockHeader first = honest.Headers[0] with { ReceiptsRoot = BodyRoots.OfEncoded([silent]) };
        Certificate votes = new(0, SlotBitmap.Of([0]), history.Lone.Sign(history.Lone.Verifier.Domain.Vote(MessageKind.Vote2, 3, first.Number, 0, first.Hash)));
        Assert.True(chain.Append(new EpochSegment([first], honest.Opening! with { Receipts = [silent] }, CertificateCodec.Encode(votes))).IsValid);

        Bench repeated = BenchOf(chain, 4), before = BenchOf(chain, 3);
        Assert.Equal(before.RepeatedIn(4).Members, repeated.Members);
        Assert.Equal(4ul, repeated.Epoch);
    }

    [Fact]
    public async Task A_bench_that_changes_is_followed()
    {
        await using EngineNetwork network = new("devnet", new OutputLoggers(output), speed: 8);
        for (int i = 0; i < 3; i++) network.Start(i);
        // The fourth producer never comes: it is off the bench of epoch 2, and three vote.
        await network[0].ReachAsync(50, TimeSpan.FromMinutes(4));
        BlockTree tree = network[0].Chain.Tree;
        ILightConsensus light = network[0].Chain.Rules.Light!;
        ILightChain chain = LightSegments.Open(light, tree);
        ulong last = light.EpochOf(tree.Head)!.Value - 1;
        for (ulong epoch = 0; epoch <= last; epoch++) Assert.True(chain.Append(LightSegments.Of(light, tree, epoch)).IsValid, $"epoch {epoch}");
        Assert.True(last >= 2);
        Assert.Equal(3, BenchOf(chain, 2).Members.Count);
        Assert.Null(BenchOf(chain, 2).Find(3));
    }

    [Fact]
    public void Each_of_the_last_blocks_has_a_certificate_of_the_bench_that_is_proven_for_it()
    {
        ILightChain chain = Upto(history.Last);
        foreach (BlockHeader header in chain.Recent.Where(h => h.Number > 0))
        {
            Assert.Equal(BlockVerdict.Valid, chain.ValidateCertificate(header, history.Tree.CertificateByNumber(header.Number)));
            Assert.Equal(BlockError.InvalidCertificate, chain.ValidateCertificate(header, history.Tree.CertificateByNumber(header.Number - 1)).Error);
        }

        BlockHeader other = chain.Head with { GasUsed = 1 };
        Assert.Equal(BlockError.InvalidCertificate, chain.ValidateCertificate(other, CertificateCodec.Encode(history.Lone.Certify(MessageKind.Vote2, other))).Error);
    }

    [Fact]
    public void An_epoch_that_is_not_whole_here_is_not_shown()
    {
        Assert.Null(history.Light.SpanOf(history.Last + 1, history.Tree.Head));
        Assert.Equal(history.Tree.Head.Number, history.Light.SpanOf(history.Last, history.Tree.Head)!.Value.Last);
        Assert.Equal(new EpochSpan(1, history.Light.SpanOf(1, history.Tree.Head)!.Value.First - 1), history.Light.SpanOf(0, history.Tree.Head));
        Assert.Null(history.Light.SpanOf(0, history.Tree.Genesis));
    }

    [Fact]
    public void Where_keys_are_published_nothing_binds_anybody() => Assert.Null(history.Light.TrustingPeriod(
        history.Tree.Head, history.Lone.Chain.Contracts.At(history.Tree.Head.Hash)!));

    [Fact]
    public void Elsewhere_heads_are_trusted_for_half_the_unbonding_time()
    {
        PorParameters.TryRead(history.Lone.Chain.Spec.EngineParameters, out PorParameters? parameters, out _);
        BpDao.Consensus.Por.Light.PorLight light = new(history.Lone.Rules.Epochs, parameters! with { PublishedProducers = [] }, history.Lone.Verifier);
        Assert.Equal(TimeSpan.FromSeconds(32), light.TrustingPeriod(history.Tree.Head, history.Lone.Chain.Contracts.At(history.Tree.Head.Hash)!));
        Assert.True(light.IsDecidedBy(history.Tree.Head, history.Lone.Key));
        Assert.False(light.IsDecidedBy(history.Tree.Head, default));
    }

    // Late votes need the record of the height that they are about, down to h − 1 − K (protocol rule 5.3).
    [Fact]
    public void What_a_proven_head_leaves_reaches_behind_every_vote_that_the_next_block_may_carry()
    {
        Assert.Contains(File.ReadAllLines(BpDao.Testing.Repository.PathOf("src", "contracts", "lib", "ParameterBounds.sol")),
            line => line.Contains($"P.LATE_WINDOW) return (1, {PayloadLimits.Late},", StringComparison.Ordinal));
        Assert.True(BpDao.Consensus.Por.Light.PorLightChain.KeptHeaders >= PayloadLimits.Late + 1);

        ILightChain chain = Upto(history.Last);
        HashSet<string> left = [.. chain.Records().Select(r => Convert.ToHexString(r.Key.Span))];
        for (ulong height = chain.Head.Number - PayloadLimits.Late; height <= chain.Head.Number; height++)
        {
            Assert.Contains(Convert.ToHexString(EpochStore.Record(height, BlockRecord.Genesis).Key.Span), left);
            Assert.Contains(chain.Recent, header => header.Number == height);
        }
    }

    private ILightChain Upto(ulong epoch)
    {
        ILightChain chain = LightSegments.Open(history.Light, history.Tree);
        for (ulong e = 0; e <= epoch; e++) Assert.True(chain.Append(LightSegments.Of(history.Light, history.Tree, e)).IsValid, $"epoch {e}");
        return chain;
    }

    private static Bench BenchOf(ILightChain chain, ulong epoch)
    {
        byte[] key = EpochStore.Record(Anybody.RepeatedIn(epoch)).Key.ToArray();
        EngineRecord found = chain.Records().Single(r => r.Key.Span.SequenceEqual(key));
        return BenchRecord.TryDecode(found.Value.Span, out Bench? bench) ? bench! : throw new InvalidDataException();
    }

    private static readonly Bench Anybody = Bench.TryCreate(0, [new BenchMember(0, default, new byte[20], 1)], out Bench? bench) ? bench : throw new InvalidOperationException();

    /// <summary>Six epochs of one producer, and a few blocks of the seventh.</summary>
    public sealed class History : IDisposable
    {
        public History()
        {
            Lone = new LoneChain();
            Lone.Commit(100);
        }

        internal LoneChain Lone { get; }

        public BlockTree Tree => Lone.Chain.Tree;

        public ILightConsensus Light => Lone.Rules.Light!;

        public ulong Last => Light.EpochOf(Tree.Head)!.Value;

        public void Dispose() => Lone.Dispose();
    }
}
