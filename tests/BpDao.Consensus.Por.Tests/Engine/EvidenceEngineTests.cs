using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Synchronization;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.Consensus.Por.Tests.Engine;

/// <summary>From a cheat's signature to his bond in escrow: real engines, real signatures, real contracts.</summary>
[Collection(EngineNetwork.Tests)]
public sealed class EvidenceEngineTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);
    private static readonly Hash256 A = Keccak256.Hash("A"u8), B = Keccak256.Hash("B"u8);

    [Fact]
    public async Task Evidence_of_every_type_that_one_peer_shows_convicts_and_the_chain_goes_on()
    {
        OutputLoggers log = new(output);
        await using EngineNetwork network = new("devnet", log);
        (Forger forger, InMemoryEndpoint stranger) = await BeginAsync(network, 2);

        EvidenceItem[] first =
        [
            EvidenceItem.Between(forger.Proposal(0, A), forger.Proposal(0, B))!,
            EvidenceItem.Between(forger.Vote(1, MessageKind.Vote1For, A), forger.Vote(1, MessageKind.Vote1Against, A))!,
            EvidenceItem.Between(forger.Vote(2, MessageKind.Vote2, A), forger.Vote(2, MessageKind.Vote2, B))!,
            EvidenceItem.Between(forger.Vote(3, MessageKind.Vote2, A), forger.Timeout(3, round: 5))!,
        ];
        UInt256[] before = [.. first.Select(i => BondOf(network, i.Offenders[0]))];
        foreach (EvidenceItem item in first) stranger.Consensus.Send(EngineNetwork.PeerOf(0), MessageCodec.Encode(new EvidenceMessage(item)));
        await ConvictedAsync(network, first);
        Assert.All(first.Zip(before), p => Assert.True(BondOf(network, p.First.Offenders[0]) < p.Second, $"{p.First}"));
        // All nodes heard of it, and nobody carries it any more.
        ulong next = network[0].Height + 1;
        for (int i = 0; i < network.Count; i++) await network[i].ReachAsync(next, Deadline);
        for (int i = 0; i < network.Count; i++) Assert.Empty(network[i].Engine.Evidence);
        // Each of the four was told that its key is in use elsewhere.
        Assert.Equal(4, log.Critical);

        EvidenceItem[] second = [forger.IgnoredQc(1, height: 2), forger.TwoCommits(height: 2)];
        foreach (EvidenceItem item in second) stranger.Consensus.Send(EngineNetwork.PeerOf(0), MessageCodec.Encode(new EvidenceMessage(item)));
        await ConvictedAsync(network, second);
        await network[0].ReachAsync(network[0].Height + 2, Deadline);
    }

    [Fact]
    public async Task A_voter_that_signs_twice_is_seen_by_the_others_and_convicted()
    {
        await using EngineNetwork network = new("devnet", new OutputLoggers(output));
        (Forger forger, InMemoryEndpoint stranger) = await BeginAsync(network, 2);

        // Slot 3's vote for the block that was committed, which may have come already, and another. Not to its own node, which would only learn that
        // its key is in use elsewhere.
        Assert.True(CertificateCodec.TryDecode(network[0].Chain.Tree.CertificateByNumber(2), out Certificate? votes));
        SignedStatement own = forger.Vote(3, MessageKind.Vote2, network[0].Chain.Tree.HashByNumber(2)!.Value, 2, votes.Round);
        SignedStatement other = forger.Vote(3, MessageKind.Vote2, A, 2, votes.Round);
        foreach (SignedStatement said in (SignedStatement[])[own, other])
        {
            Vote vote = new(MessageKind.Vote2, 0, 2, votes.Round, said.BlockHash, 3, said.Signature);
            stranger.Consensus.Send(EngineNetwork.PeerOf(0), MessageCodec.Encode(vote));
        }

        await ConvictedAsync(network, [EvidenceItem.Between(own, other)!]);
    }

    [Fact]
    public async Task What_proves_nothing_is_carried_by_nobody()
    {
        await using EngineNetwork network = new("devnet", new OutputLoggers(output));
        (Forger forger, InMemoryEndpoint stranger) = await BeginAsync(network, 1);
        SignedStatement a = forger.Vote(2, MessageKind.Vote2, A), b = forger.Vote(2, MessageKind.Vote2, B);
        EvidenceItem unsigned = EvidenceItem.Between(a, b with { Signature = a.Signature })!;
        EvidenceItem tooEarly = EvidenceItem.Between(forger.Vote(2, MessageKind.Vote2, A, height: 500), forger.Vote(2, MessageKind.Vote2, B, height: 500))!;
        foreach (EvidenceItem item in (EvidenceItem[])[unsigned, tooEarly]) stranger.Consensus.Broadcast(MessageCodec.Encode(new EvidenceMessage(item)));
        await network[0].ReachAsync(network[0].Height + 2, Deadline);
        for (int i = 0; i < network.Count; i++) Assert.Empty(network[i].Engine.Evidence);
        Assert.False(IsConvicted(network, unsigned, 2));
    }

    [Fact]
    public async Task Timeouts_of_heights_that_are_over_are_answered_within_the_peer_s_budget()
    {
        await using EngineNetwork network = new("solo", new OutputLoggers(output));
        network.StartAll();
        await network[0].ReachAsync(2, Deadline);
        InMemoryEndpoint stranger = network.CreateStranger();
        int answers = 0;
        stranger.Consensus.Received += (_, message) =>
        {
            if (MessageCodec.TryDecode(message.Span, out PorMessage? read) && read is BlockCertificateMessage { Certificate.Height: 1 }) answers++;
        };
        stranger.Connect();
        byte[] late = MessageCodec.Encode(new TimeoutMessage(0, 1, 0, 0, Hash256.Zero, null, 3, new byte[65]));
        for (int i = 0; i < 1000; i++) stranger.Consensus.Send(stranger.Consensus.Peers.First(), late);
        using CancellationTokenSource stop = new();
        Task pump = stranger.RunAsync(stop.Token);
        await network[0].ReachAsync(network[0].Height + 3, Deadline);
        await stop.CancelAsync();
        await pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.InRange(answers, 1, 500);
    }

    /// <summary>Validators with a few blocks, and a stranger who has all their keys.</summary>
    private static async Task<(Forger Forger, InMemoryEndpoint Stranger)> BeginAsync(EngineNetwork network, ulong height)
    {
        network.StartAll();
        await network[0].ReachAsync(height, Deadline);
        InMemoryEndpoint stranger = network.CreateStranger();
        stranger.Connect();
        return (new Forger(network), stranger);
    }

    private static async Task ConvictedAsync(EngineNetwork network, IReadOnlyList<EvidenceItem> items)
    {
        ulong last = network[0].Height + 12;
        while (!items.All(i => i.Offenders.All(slot => IsConvicted(network, i, slot))))
        {
            Assert.True(network[0].Height < last, $"not convicted: {string.Join("; ", items.Where(i => !i.Offenders.All(s => IsConvicted(network, i, s))))}");
            await network[0].ReachAsync(network[0].Height + 1, Deadline);
        }
    }

    private static bool IsConvicted(EngineNetwork network, EvidenceItem item, uint slot)
    {
        IContractCaller state = StateOf(network);
        return new AvailabilityContract(state).TryBond(slot, out BondState bond)
            && new JudiciaryContract(state).TryConvicted(bond.Identity, item.Height, item.Kind, out bool convicted) && convicted;
    }

    private static UInt256 BondOf(EngineNetwork network, uint slot) =>
        new AvailabilityContract(StateOf(network)).TryBond(slot, out BondState bond) ? bond.Reputation : throw new InvalidOperationException("No answer.");

    private static IContractCaller StateOf(EngineNetwork network) => network[0].Chain.Contracts.At(network[0].Chain.Head.Hash)!;

    /// <summary>Signs whatever a test wants with the published keys.</summary>
    private sealed class Forger(EngineNetwork network)
    {
        public SignedStatement Vote(uint slot, MessageKind kind, Hash256 block, ulong height = 1, uint round = 0) =>
            Signed(new SignedStatement(kind, 0, height, round, slot, block, default, default));

        public SignedStatement Proposal(uint slot, Hash256 block) =>
            Signed(new SignedStatement(MessageKind.Proposal, 0, 1, 0, slot, block, new byte[Hash256.Size], default));

        public SignedStatement Timeout(uint slot, uint round) => Signed(SignedStatement.OfTimeout(0, 1, round, slot, 0, Hash256.Zero, default));

        public EvidenceItem IgnoredQc(uint slot, ulong height)
        {
            uint[] voters = [0, 1, 2];
            Certificate qc = Join(height, MessageKind.Vote1For, A, voters);
            byte[] timeouts = [.. voters.SelectMany(s => Signed(SignedStatement.OfTimeout(0, height, 0, s, 1, A, default)).Signature.ToArray())];
            TimeoutCertificate tc = new(0, [new TimeoutGroup(1, A, SlotBitmap.Of(voters), timeouts)], qc);
            return EvidenceItem.IgnoredQc(Signed(new SignedStatement(MessageKind.Proposal, 0, height, 1, slot, B, tc.Digest.Bytes.ToArray(), default)), tc);
        }

        public EvidenceItem TwoCommits(ulong height) => EvidenceItem.TwoCommits(
            new BlockCertificate(MessageKind.Vote2, 0, height, A, Join(height, MessageKind.Vote2, A, 0, 1, 2)),
            new BlockCertificate(MessageKind.Vote2, 0, height, B, Join(height, MessageKind.Vote2, B, 0, 1, 3)))!;

        private Certificate Join(ulong height, MessageKind kind, Hash256 block, params uint[] slots) =>
            new(0, SlotBitmap.Of(slots), (byte[])[.. slots.SelectMany(s => Vote(s, kind, block, height).Signature.ToArray())]);

        private SignedStatement Signed(SignedStatement said) => said with { Signature = network.SignerOf(said.Slot).Sign(said.Digest(network.Domain)) };
    }
}
