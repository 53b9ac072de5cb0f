using BpDao.Consensus;
using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Testing.Chains;

namespace BpDao.Contracts.Tests.Support;

/// <summary>The engine's own makers of proposals, one for each key, with the salts and READYs of everybody who is awake.</summary>
internal sealed class Proposers(TestChain node, CertificateVerifier verifier)
{
    private readonly Dictionary<Address, Proposer> _byKey = [];
    private readonly Readiness _heard = new(verifier, null);

    public void Know(TestProducer producer)
    {
        OnionKeeper onions = new(producer);
        ProposalBuilder builder = new(
            node.Spec.ChainId, verifier.Scheme.Id, default, onions, node.Producer, node.Importer, node.Time);
        _byKey[producer.Address] = new Proposer(builder, new Readiness(verifier, producer));
    }

    /// <summary>What the engine would propose.</summary>
    public BlockPayload Compose(PorChainView view, uint slot, TestProducer producer, ProposalMaterial material, IEnumerable<TestProducer> awake)
    {
        _heard.Begin(view);
        foreach (TestProducer voter in awake)
        {
            foreach (PorMessage message in _byKey[voter.Address].Readiness.Begin(view)) _heard.Offer(message, out _);
        }

        return _byKey[producer.Address].Builder.Compose(view, slot, material, _heard.Collect(view))
            ?? throw new InvalidOperationException($"The producer of slot {slot} does not know what to reveal in block {view.Height}.");
    }

    public Block? Build(PorChainView view, uint slot, TestProducer producer, BlockPayload payload, out BlockVerdict verdict) =>
        _byKey[producer.Address].Builder.Build(view, slot, payload, out verdict, CancellationToken.None);

    private sealed record Proposer(ProposalBuilder Builder, Readiness Readiness);
}
