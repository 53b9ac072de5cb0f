using BpDao.Consensus;
using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Rules;
using BpDao.Contracts.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Contracts.Tests.Liveness;

/// <summary>What a proposer has collected never keeps it from proposing.</summary>
public sealed class ProposerTests
{
    // A head that is old when it is committed begins no collection: many rounds may lie behind it.
    [Fact]
    public void Salts_of_an_epoch_are_not_offered_in_the_next()
    {
        using PorTestChain chain = new();
        TestProducer producer = chain.KeyOf(0);
        Readiness readiness = new(chain.Verifier, producer);
        readiness.Begin(chain.View());
        Assert.NotEmpty(readiness.Collect(chain.View()).SaltCommits);

        chain.ToEpoch(1);

        Assert.Empty(readiness.Collect(chain.View()).SaltCommits);
    }

    [Fact]
    public void A9_Evidence_an_item_that_the_rules_refuse_costs_the_item_and_not_the_turn()
    {
        using PorTestChain chain = new();
        chain.Block();
        PorChainView view = chain.View();
        uint slot = view.LeaderOf(0);
        ProposalBuilder builder = BuilderOf(chain, slot);
        ProposalMaterial material = new(chain.Votes.CertificateOf(1), null, [], [], []);
        BlockPayload payload = builder.Compose(
            view, slot, material, CollectedItems.None with { SaltCommits = [new SaltCommitItem(slot, Keccak256.Hash([1]), new byte[65])] })!;

        Block? block = builder.BuildOrDrop(view, slot, payload, out BlockVerdict refusal, out _, CancellationToken.None);

        Assert.Equal(BlockError.InvalidPayloadItem, refusal.Error);
        Assert.True(PorRules.TryReadPayload(block!, out byte[] bytes, out _));
        Assert.Equal(payload.Minimal().Encode(), bytes);
    }

    // They come again in the next block; evidence that is held to be of no use does not.
    [Fact]
    public void Salts_that_make_no_block_go_before_the_evidence_does()
    {
        using PorTestChain chain = new();
        chain.Block();
        PorChainView view = chain.View();
        uint slot = view.LeaderOf(0);
        ProposalBuilder builder = BuilderOf(chain, slot);
        EvidenceItem evidence = new Cheating(chain).Of(Cheating.OfOneSlot[0], (slot + 1) % 4, 1);
        CollectedItems collected = CollectedItems.None with { SaltCommits = [new SaltCommitItem(slot, Keccak256.Hash([1]), new byte[65])], Evidence = [evidence] };
        BlockPayload payload = builder.Compose(view, slot, new ProposalMaterial(chain.Votes.CertificateOf(1), null, [], [], []), collected)!;

        Block? block = builder.BuildOrDrop(view, slot, payload, out BlockVerdict refusal, out bool isEvidenceUseless, CancellationToken.None);

        Assert.Equal((BlockError.InvalidPayloadItem, false), (refusal.Error, isEvidenceUseless));
        Assert.True(PorRules.TryReadPayload(block!, out _, out BlockPayload? carried));
        Assert.Equal([evidence], carried!.Evidence);
        Assert.Empty(carried.SaltCommits);
    }

    private static ProposalBuilder BuilderOf(PorTestChain chain, uint slot) => new(
        chain.Node.Spec.ChainId, chain.Verifier.Scheme.Id, default, new OnionKeeper(chain.KeyOf(slot)), chain.Node.Producer, chain.Node.Importer, chain.Node.Time);
}
