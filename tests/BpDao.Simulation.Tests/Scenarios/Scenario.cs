using BpDao.Consensus.Por.Blocks;
using BpDao.Core;
using BpDao.Simulation.Tests.Worlds;
using Xunit;

namespace BpDao.Simulation.Tests.Scenarios;

/// <summary>Plays a plan with several seeds: every honest node must get so many blocks, and no theorem may break on the way.</summary>
internal static class Scenario
{
    private const int Seeds = 12;

    public static void Holds(WorldPlan plan, ulong blocks = 10, Action<World>? during = null, Action<World>? after = null, int seeds = Seeds, long deadline = 400_000)
    {
        for (int seed = 0; seed < seeds; seed++)
        {
            World world = new(plan with { Seed = seed });
            world.StartAll();
            during?.Invoke(world);
            bool reached = world.Reach(blocks, deadline);
            Assert.True(reached, $"seed {seed}: {world.Witness.Fault ?? $"stuck at {string.Join(", ", world.Nodes.Select(n => n.Committed))} of {blocks}"}");
            after?.Invoke(world);
            Assert.True(world.Witness.Fault is null, $"seed {seed}: {world.Witness.Fault}");
        }
    }

    /// <summary>Leaders in turn: that of (h, r) is slot h + r.</summary>
    public static uint InTurn(ulong height, uint round, int slots = 4) => (uint)((height + round) % (ulong)slots);

    public static WorldPlan Plan(int slots = 4) => new()
    {
        Slots = slots,
        Weights = (_, _) => [.. Enumerable.Repeat(1UL, slots)],
        Leader = (h, r) => InTurn(h, r, slots),
    };

    /// <summary>Four voters, of whom slot 3 cheats.</summary>
    public static WorldPlan With(Behaviour cheat) => Plan() with { Cheats = new Dictionary<uint, Behaviour> { [3] = cheat }, Accounts = true };

    /// <summary>The same on a network that loses the second votes of round 0 of every other height: blocks must be shown again.</summary>
    public static WorldPlan WithReproposals(Behaviour cheat) => With(cheat) with
    {
        Leader = (h, r) => r == 1 ? 3 : (uint)((h + r) % 3),
        Network = (_, _) => new DirectedNetwork(d =>
            d.Message is BpDao.Consensus.Por.Protocol.Vote { Kind: BpDao.Consensus.Por.Protocol.MessageKind.Vote2, Round: 0 } v && v.Height % 2 == 0 ? null : 1 + d.Random.Next(20)),
    };

    /// <summary>The slot that a block names as its producer.</summary>
    public static uint ProducerOf(Block block) => PorExtraData.TryDecode(block.Header.ExtraData.Span, out PorExtraData? extra) ? extra.Value.Producer : uint.MaxValue;

    /// <summary>The highest round in which a block of the honest chain was committed.</summary>
    public static uint LastRound(World world) => world.Honest.SelectMany(n => n.Chain).Max(c => c.Certificate.Round);
}
