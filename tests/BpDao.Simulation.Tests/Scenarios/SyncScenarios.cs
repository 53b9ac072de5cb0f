using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using BpDao.Simulation.Tests.Oracles;
using BpDao.Simulation.Tests.Worlds;
using Xunit;

namespace BpDao.Simulation.Tests.Scenarios;

/// <summary>Validators that come from far behind. What the download itself proves, and what it refuses, is in FullSyncTests, SnapSyncTests,
/// WeakSubjectivityTests and LightChainTests, with the real chain.</summary>
public sealed class SyncScenarios
{
    /// <summary>The engine is told nothing while blocks come past it; with the last of them it takes its place again.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void L8_Joining_a_validator_that_downloads_hundreds_of_blocks_votes_again(bool withoutRecord)
    {
        for (int seed = 0; seed < 4; seed++)
        {
            World world = new(Scenario.Plan() with { Seed = seed, Accounts = true });
            world.StartAll();
            Assert.True(world.Reach(5, 60_000), world.Witness.Fault);
            SimulatedNode late = world.Nodes[3];
            late.SwitchOff();
            if (withoutRecord) late.Store.Erase();
            Assert.True(world.Reach(300, 1_000_000), world.Witness.Fault);

            late.Start();
            late.Download(world.Nodes[0], 8000);
            world.RunFor(8001);
            Assert.True(late.Committed >= 300);
            Assert.True(world.Reach(world.Nodes[0].Committed + 30, 120_000), $"seed {seed}: {world.Witness.Fault}");
            Assert.True(late.Safety!.TakesPart);
            Assert.Contains(world.Nodes[0].Chain.TakeLast(8), c => c.Certificate.Signers.Contains(3));
            Assert.Empty(world.Witness.Accountant!.Convicted);
        }
    }

    [Fact]
    public void L8_Joining_a_validator_far_behind_that_pulls_block_after_block_votes_again()
    {
        World world = new(Scenario.Plan());
        world.StartAll();
        Assert.True(world.Reach(5, 60_000), world.Witness.Fault);
        world.Nodes[3].SwitchOff();
        Assert.True(world.Reach(150, 600_000), world.Witness.Fault);
        world.Nodes[3].Start();
        Assert.True(world.Reach(world.Nodes[0].Committed + 20, 120_000), world.Witness.Fault);
        Assert.Contains(world.Nodes[0].Chain.TakeLast(8), c => c.Certificate.Signers.Contains(3));
    }

    /// <summary>Three of four keys sign a second block at a height that is final: the fourth stops and says so, and does not take it.</summary>
    [Fact]
    public void S6_Prefix_a_peer_that_serves_a_second_commit_certificate_moves_nobody()
    {
        Hash256 another = Keccak256.Hash("another block"u8);
        Saying cheat = new((_, _, m) => m is Vote { Height: > 4 } v
            ? [m, new BlockCertificateMessage(TestBench.Certificate(MessageKind.Vote2, v.Height - 1, 0, another, 1, 2, 3))] : [m]);
        World world = new(Scenario.Plan() with { Cheats = new Dictionary<uint, Behaviour> { [1] = new(), [2] = new(), [3] = cheat } });
        world.StartAll();
        world.RunFor(20_000);
        Assert.Equal(Theorem.S1, world.Witness.Broken);
        Assert.Contains(nameof(AlarmKind.ConflictingCommit), world.Witness.Fault, StringComparison.Ordinal);
        Assert.Equal(0, world.Witness.Forks);
        Assert.False(world.Nodes[0].Safety!.TakesPart);
        // Those of the three who signed the first one, too.
        Assert.InRange(world.Witness.Accused.Count, 2, 3);
    }

    /// <summary>A block with a certificate of too few, or about another block, from whom it was asked of.</summary>
    [Theory]
    [InlineData("too few")]
    [InlineData("another block's")]
    public void A_served_block_without_its_own_certificate_is_not_taken(string how)
    {
        Saying cheat = new((_, _, m) => m is CertifiedBlockMessage c ? [c with { Certificate = Bad(how, c) }] : [m]);
        WorldPlan plan = Scenario.With(cheat) with
        {
            // Node 0 hears of votes too late, and asks.
            Network = (_, _) => new DirectedNetwork(d => d.To == 0 && d.Message is Vote { Kind: MessageKind.Vote2 } or BlockCertificateMessage ? null : 1 + d.Random.Next(20)),
        };
        Scenario.Holds(plan);
    }

    private static Certificate Bad(string how, CertifiedBlockMessage c) => how == "too few"
        ? TestBench.Certificate(MessageKind.Vote2, c.Block.Number, c.Certificate.Round, c.Block.Hash, 3).Certificate
        : TestBench.Certificate(MessageKind.Vote2, c.Block.Number, c.Certificate.Round, Keccak256.Hash("another block"u8), 0, 1, 2).Certificate;
}
