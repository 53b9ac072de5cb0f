using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>What is new and true goes on to others, once; what is known or false does not.</summary>
public sealed class RelayTests
{
    private static readonly Bench Four = TestBench.Equal(4);
    private static readonly Block First = TestBench.Block(1, TestBench.GenesisHash, 0, 0);

    private readonly LocalNode _node = new LocalNode(1, Four).Start();

    public static TheoryData<string, PorMessage> News => new()
    {
        { "proposal", TestBench.Proposal(1, 0, First, null, 0) },
        { "vote", TestBench.Vote(MessageKind.Vote1For, 1, 0, First.Hash, 2) },
        { "timeout", TestBench.Timeout(1, 0, 2) },
        { "QC1", new BlockCertificateMessage(TestBench.Certificate(MessageKind.Vote1For, 1, 0, First.Hash, 0, 2, 3)) },
        { "commit certificate", new BlockCertificateMessage(TestBench.Certificate(MessageKind.Vote2, 1, 0, First.Hash, 0, 2, 3)) },
        { "timeout certificate", new TimeoutCertificateMessage(0, 1, TestBench.TimeoutCertificate(1, 0, [.. ((uint[])[0, 2, 3]).Select(s => TestBench.Timeout(1, 0, s))])) },
    };

    [Theory]
    [MemberData(nameof(News))]
    public void News_goes_on_once(string what, PorMessage message)
    {
        Assert.NotEmpty(what);
        _node.Look();
        _node.Receive(message, 2);
        Assert.Equal([(message, (PeerId?)TestBench.PeerOf(2))], Relayed());
        _node.Receive(message, 3);
        Assert.Empty(Relayed());
    }

    public static TheoryData<string, PorMessage> Lies => new()
    {
        { "proposal of who does not lead", TestBench.Proposal(1, 0, First, null, 2) },
        { "vote with another's signature", TestBench.Vote(MessageKind.Vote1For, 1, 0, First.Hash, 2) with { Slot = 3 } },
        { "timeout with another's signature", TestBench.Timeout(1, 0, 2) with { Slot = 3 } },
        { "certificate of too few", new BlockCertificateMessage(TestBench.Certificate(MessageKind.Vote2, 1, 0, First.Hash, 0, 2)) },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void What_is_not_true_goes_nowhere(string what, PorMessage message)
    {
        Assert.NotEmpty(what);
        _node.Receive(message, 2);
        Assert.Empty(Relayed());
    }

    [Fact]
    public void A_certificate_put_together_here_is_shown_once()
    {
        _node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0).ReceiveVotes(MessageKind.Vote1For, 0, First.Hash, 0).Look();
        _node.ReceiveVotes(MessageKind.Vote1For, 0, First.Hash, 2);
        BlockCertificateMessage shown = Assert.IsType<BlockCertificateMessage>(Assert.Single(Relayed(), r => r.From is null).Message);
        Assert.Equal((MessageKind.Vote1For, 3), (shown.Certificate.Kind, shown.Certificate.Certificate.Signers.Count));
        _node.ReceiveVotes(MessageKind.Vote1For, 0, First.Hash, 3);
        Assert.DoesNotContain(Relayed(), r => r.From is null);
    }

    private List<(PorMessage Message, PeerId? From)> Relayed() => [.. _node.Look().OfType<Relay>().Select(r => (r.Message, r.From))];
}
