using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>A header does not say who brought its body: what a bad carrier sends costs a question, not a vote.</summary>
public sealed class HostilePeerTests
{
    private static readonly Block Proposed = TestBench.Block(1, TestBench.GenesisHash, round: 0, producer: 1);

    [Fact]
    public void Who_brought_a_wrong_body_is_not_asked_first_again()
    {
        PorProtocol protocol = new(null, VotingRules.Default, TestBench.Verifier);
        protocol.Handle(new HeightStarted(TestBench.Context(1, TestBench.GenesisHash, TestBench.Equal(4))));
        BlockCertificate qc = TestBench.Certificate(MessageKind.Vote1For, 1, 0, Proposed.Hash, 0, 1, 2);

        AskBlock first = Single<AskBlock>(Receive(protocol, new BlockCertificateMessage(qc)));
        Single<Judge>(Receive(protocol, new BlockMessage(Proposed)));
        AskBlock second = Single<AskBlock>(protocol.Handle(new BlockJudged(Proposed.Hash, Judgement.WrongBody, 0)));

        Assert.Equal(first.Attempt + 1, second.Attempt);
    }

    [Fact]
    public void A_proposal_that_came_with_a_wrong_body_is_voted_on_when_the_right_one_comes()
    {
        SafetyRules safety = new(new CrashableSafetyStore(), TestBench.SignerOf(0), TestBench.Domain, VotingRules.Default);
        PorProtocol protocol = new(safety, VotingRules.Default, TestBench.Verifier);
        protocol.Handle(new HeightStarted(TestBench.Context(1, TestBench.GenesisHash, TestBench.Equal(4))));
        safety.TakePartFrom(1);
        Single<Judge>(Receive(protocol, TestBench.Proposal(1, 0, Proposed, null, slot: 1)));

        Assert.Equal(Proposed.Hash, Single<AskBlock>(protocol.Handle(new BlockJudged(Proposed.Hash, Judgement.WrongBody, 0))).BlockHash);
        Single<Judge>(Receive(protocol, new BlockMessage(Proposed)));
        Vote vote = Assert.IsType<Vote>(Single<Broadcast>(protocol.Handle(new BlockJudged(Proposed.Hash, Judgement.Valid, 0))).Message);

        Assert.Equal((MessageKind.Vote1For, Proposed.Hash), (vote.Kind, vote.BlockHash));
    }

    [Fact]
    public void A_timeout_certificate_without_the_QC1_that_it_claims_is_not_made()
    {
        TimeoutCollector timeouts = new(TestBench.Equal(4));
        BlockCertificate qc = TestBench.Certificate(MessageKind.Vote1For, 1, 0, Proposed.Hash, 0, 1, 2);
        for (uint slot = 0; slot < 3; slot++) timeouts.Add(TestBench.Timeout(1, 3, slot, qc));

        Assert.Null(timeouts.TryCertify(3, FakeScheme.Instance, (_, _) => null));
        Assert.NotNull(timeouts.TryCertify(3, FakeScheme.Instance, (_, _) => qc.Certificate));
    }

    private static IReadOnlyList<PorEffect> Receive(PorProtocol protocol, PorMessage message) =>
        protocol.Handle(new MessageReceived(message, TestBench.PeerOf(1)));

    private static T Single<T>(IReadOnlyList<PorEffect> effects) where T : PorEffect => Assert.Single(effects.OfType<T>());
}
