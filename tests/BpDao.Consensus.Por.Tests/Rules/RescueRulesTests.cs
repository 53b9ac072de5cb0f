using BpDao.Blockchain;
using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Rules;
using BpDao.Consensus.Por.Signing;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Db.Memory;
using BpDao.Specs;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Rules;

/// <summary>Blocks of producers that a rescue has given up (ADR 0019), on the published chain of four.</summary>
public sealed class RescueRulesTests : IDisposable
{
    private readonly MemoryDb _db = new();
    private readonly ChainSpec _spec;
    private readonly PorParameters _parameters;
    private readonly CertificateVerifier _verifier;
    private readonly TestChain _chain;

    public RescueRulesTests()
    {
        if (!ChainSpecFile.TryLoad(Repository.PathOf("chainspec", "devnet.json"), out ChainSpec? spec, out string? error)) throw new InvalidOperationException(error);
        if (!PorParameters.TryRead(spec.EngineParameters, out PorParameters? parameters, out error)) throw new InvalidOperationException(error);
        (_spec, _parameters) = (spec, parameters);
        _verifier = new CertificateVerifier(SigningDomain.Of(spec.ChainId, spec.GenesisHash!.Value), new Secp256k1Scheme(Build.Ecdsa));
        _chain = new TestChain(spec, _db, RulesWith(null));
    }

    public void Dispose() => _chain.Dispose();

    // It may have a QC1, and whoever gave it a second vote can let nothing else follow.
    [Fact]
    public void What_one_of_the_lost_proposed_before_the_network_died_stays_valid_at_the_first_height_and_at_no_later_one()
    {
        BlockHeader genesis = _chain.Head;
        Block first = Propose(out uint leader);
        Assert.Equal(BlockVerdict.Valid, JudgeWith(Rescue(genesis, leader), first));
        Commit(first);

        Block second = Propose(out leader);
        Assert.Equal(BlockVerdict.Valid, JudgeWith(Rescue(_chain.Head, leader), second));
        Assert.Equal(BlockError.InvalidProducer, JudgeWith(Rescue(genesis, leader), second).Error);
    }

    [Fact]
    public void QC1s_of_the_whole_bench_count_at_the_first_height_and_at_no_later_one()
    {
        using TestChain chain = new(_spec, new MemoryDb(), RulesWith(Rescue(_chain.Head, 0, 1)));
        HeightContext first = ContextOf(chain);
        Block block = Propose(chain, out _, new ProposalMaterial(null, null, [], [], []));
        chain.Commit(block, CertificateCodec.Encode(CertificateOf(block.Header, 2, 3)));
        HeightContext second = ContextOf(chain);

        Assert.Equal(4, first.WholeBench?.Members.Count);
        Assert.Null(second.WholeBench);
        Assert.Equal(2, second.Bench.Members.Count);
    }

    private static HeightContext ContextOf(TestChain chain)
    {
        EpochStore epochs = ((PorRules)chain.Rules).Epochs;
        return new HeightContexts(epochs, chain.Tree, chain.Time).Of(PorChainView.Open(chain.Contracts.At(chain.Head.Hash)!, epochs, chain.Head));
    }

    // Of four equal ones two are lost: what the others decide is no quorum of the whole bench.
    [Fact]
    public void A_rejection_above_the_rescue_is_the_rest_of_the_bench_s_to_make_and_costs_no_later_payload_anything()
    {
        BenchRescue rescue = Rescue(_chain.Head, 0, 1);
        using TestChain chain = new(_spec, new MemoryDb(), RulesWith(rescue));
        Block first = Propose(chain, out uint leader, new ProposalMaterial(null, null, [], [], []));
        chain.Commit(first, CertificateCodec.Encode(CertificateOf(first.Header, 2, 3)));

        BlockHeader refused = first.Header with { GasUsed = first.Header.GasUsed + 1 };
        Rejection rejection = new(HeaderCodec.Encode(refused), Hash256.Zero, Signature(leader, _verifier.Domain.Proposal(0, 1, 0, refused.Hash, Hash256.Zero)),
            Certified(_verifier.Domain.Vote(MessageKind.Vote1Against, 0, 1, 0, refused.Hash), 2, 3));
        Block second = Propose(chain, out _, new ProposalMaterial(CertificateOf(first.Header, 2, 3), null, [], [], [rejection]));

        Assert.True(PorRules.TryReadPayload(second, out _, out BlockPayload? payload));
        Assert.Single(payload!.Rejections);
    }

    private PorRules RulesWith(BenchRescue? rescue) => (PorRules)new PorPlugin(new PorOptions { Rescue = rescue }).CreateRules(_spec, new EngineRecords(_db));

    private static BenchRescue Rescue(BlockHeader last, params uint[] lost) => new(last.Number, last.Hash, 0, UntilEpoch: 8, lost, []);

    private BlockVerdict JudgeWith(BenchRescue rescue, Block block) =>
        RulesWith(rescue).ValidateBeforeExecution(block, _chain.Head, _chain.Contracts.At(_chain.Head.Hash)!);

    private Block Propose(out uint leader) =>
        Propose(_chain, out leader, new ProposalMaterial(_chain.Head.Number == 0 ? null : CertificateOf(_chain.Head), null, [], [], []));

    /// <summary>What the leader of round 0 shows.</summary>
    private Block Propose(TestChain chain, out uint leader, ProposalMaterial material)
    {
        PorChainView view = PorChainView.Open(chain.Contracts.At(chain.Head.Hash)!, ((PorRules)chain.Rules).Epochs, chain.Head);
        leader = view.LeaderOf(0);
        using PrivateKey key = KeyOf(leader);
        ProposalBuilder builder = new(_spec.ChainId, 1, default, new OnionKeeper(new TestSigner(key)), chain.Producer, chain.Importer, chain.Time);
        return builder.Build(view, leader, builder.Compose(view, leader, material, CollectedItems.None)!, out BlockVerdict verdict, CancellationToken.None)
            ?? throw new InvalidOperationException(verdict.ToString());
    }

    private void Commit(Block block) => _chain.Commit(block, CertificateCodec.Encode(CertificateOf(block.Header)));

    private Certificate CertificateOf(BlockHeader header) => CertificateOf(header, 0, 1, 2, 3);

    private Certificate CertificateOf(BlockHeader header, params uint[] slots) =>
        Certified(_verifier.Domain.Vote(MessageKind.Vote2, 0, header.Number, 0, header.Hash), slots);

    private Certificate Certified(Hash256 digest, params uint[] slots) =>
        new(0, SlotBitmap.Of(slots), (byte[])[.. slots.SelectMany(slot => Signature(slot, digest))]);

    private byte[] Signature(uint slot, Hash256 digest)
    {
        using PrivateKey key = KeyOf(slot);
        return CompactSignature.ToArray(Build.Ecdsa.SignDigest(digest, key));
    }

    private PrivateKey KeyOf(uint slot) => new(_parameters.PublishedProducers[(int)slot].Bytes);
}
