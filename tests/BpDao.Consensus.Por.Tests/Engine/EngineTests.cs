using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Rules;
using BpDao.Core;
using BpDao.Core.Abi;
using BpDao.Specs;
using BpDao.Testing;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.Consensus.Por.Tests.Engine;

/// <summary>The engine on the published chains: real contracts, real signatures, several validators in one process.</summary>
[Collection(EngineNetwork.Tests)]
public sealed class EngineTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("solo", 20ul)]
    [InlineData("devnet", 20ul)]
    public async Task Every_node_commits_the_same_blocks(string chain, ulong blocks)
    {
        await using EngineNetwork network = new(chain, new OutputLoggers(output));
        network.StartAll();
        for (int i = 0; i < network.Count; i++) await network[i].ReachAsync(blocks, Deadline);
        for (ulong number = 1; number <= blocks; number++)
        {
            Hash256[] hashes = [.. Enumerable.Range(0, network.Count).Select(i => network[i].Chain.Tree.HeaderByNumber(number)!.Hash).Distinct()];
            Assert.Single(hashes);
        }
    }

    [Fact]
    public async Task B4_Salts_of_everybody_are_committed_revealed_and_folded()
    {
        await using EngineNetwork network = new("devnet", new OutputLoggers(output));
        network.StartAll();
        await network[0].ReachAsync(18, Deadline);
        // Block 17 begins epoch 1 and folds the salts of epoch 0.
        Block first = network[0].Chain.Tree.BlockByNumber(17)!;
        LogEntry folded = Assert.Single(network[0].Chain.Tree.ReceiptsOf(first.Hash)![0].Logs, l => l.Topics[0] == SaltsFolded.Topic);
        Assert.True(SaltsFolded.TryDecode(folded, out object[]? values));
        Assert.Equal((UInt256)4, values[2]);
    }

    [Fact]
    public async Task B4_Salts_that_one_proposer_leaves_out_are_carried_by_the_others()
    {
        await using EngineNetwork network = new("devnet", new OutputLoggers(output));
        network.StartAll((index, transport) => index == 3 ? new DeafTransport(transport, m => m is SaltCommitMessage or SaltRevealMessage) : transport);
        await network[0].ReachAsync(18, Deadline);
        BlockPayload[] own = [.. Enumerable.Range(1, 16).Select(n => network[0].Chain.Tree.BlockByNumber((ulong)n)!).Where(IsOfSlot3).Select(PayloadOf)];
        Assert.NotEmpty(own);
        Assert.All(own, p => Assert.All(p.SaltCommits, s => Assert.Equal(3u, s.Slot)));
        Assert.All(own, p => Assert.All(p.SaltReveals, s => Assert.Equal(3u, s.Slot)));
        LogEntry folded = Assert.Single(network[0].Chain.Tree.ReceiptsOf(network[0].Chain.Tree.HashByNumber(17)!.Value)![0].Logs, l => l.Topics[0] == SaltsFolded.Topic);
        Assert.True(SaltsFolded.TryDecode(folded, out object[]? values));
        Assert.Equal((UInt256)4, values[2]);
    }

    private static bool IsOfSlot3(Block block) => PorExtraData.TryDecode(block.Header.ExtraData.Span, out PorExtraData? extra) && extra.Value.Producer == 3;

    private static BlockPayload PayloadOf(Block block) =>
        PorRules.TryReadPayload(block, out _, out BlockPayload? payload) ? payload! : throw new InvalidOperationException("A block without payload.");

    [Fact]
    public async Task A_stopped_producer_becomes_inactive_catches_up_and_comes_back_with_READY()
    {
        await using EngineNetwork network = new("devnet", new OutputLoggers(output), speed: 8);
        network.StartAll();
        await network[0].ReachAsync(5, Deadline);
        await network.StopAsync(3);
        await network[0].ReachAsync(70, Deadline);
        Assert.Equal(BondStatus.Inactive, StatusOf(network[0], 3));

        network.Start(3);
        ulong restarted = network[0].Height;
        await network[3].ReachAsync(restarted, Deadline);
        // READY in this epoch or the next, on the bench two epochs later.
        ulong back = (((restarted / 16) + 4) * 16) + 1;
        await network[0].ReachAsync(back, Deadline);
        Assert.Equal(BondStatus.Active, StatusOf(network[0], 3));
        Assert.Contains(network[0].Engine.Status.Height, Enumerable.Range((int)back, 64).Select(i => (ulong)i));
        Assert.NotNull(BenchAt(network[0], network[0].Engine.Status.Epoch).Find(3));
        await network[3].ReachAsync(back, Deadline);
        Assert.True(network[3].Engine.Status.TakesPart);
    }

    [Fact]
    public async Task Every_node_tells_when_a_height_came_how_far()
    {
        await using EngineNetwork network = new("devnet", new OutputLoggers(output));
        network.StartAll();
        List<HeightTimes> times = [];
        for (int i = 0; i < network.Count; i++)
        {
            await network[i].ReachAsync(4, Deadline);
            times.Add(network[i].Engine.Status.LastHeight!.Times);
        }

        Assert.All(times, t => Assert.InRange(t.Decided!.Value, t.Began, t.Committed));
        Assert.Contains(times, t => t.Began <= t.Proposed && t.Proposed <= t.Judged && t.Judged <= t.Committed);
    }

    [Fact]
    public async Task A_network_that_lost_power_goes_on_where_it_was()
    {
        await using EngineNetwork network = new("devnet", new OutputLoggers(output));
        network.StartAll();
        await network[0].ReachAsync(4, Deadline);
        for (int i = 0; i < network.Count; i++) await network.StopAsync(i);
        for (int i = 0; i < network.Count; i++) network.DisksOf(i).Safety.PowerCut();
        network.StartAll();
        await network[0].ReachAsync(8, Deadline);
    }

    /// <summary>Protocol rule 2.8: a Work contract that reverts, or says nonsense.</summary>
    [Theory]
    [InlineData("5f5ffd")]
    [InlineData("5f195f5260205ff3")]
    public async Task After_64_blocks_without_a_sound_Work_contract_the_last_good_one_is_back(string code)
    {
        await using EngineNetwork network = new("devnet", new OutputLoggers(output), speed: 16, change: spec => WithActiveWork(spec, BadWork, Hex.Decode(code)));
        network.StartAll();
        await network[0].ReachAsync(67, Deadline);
        Assert.True(Blocks(network[0], 1, 64).TrueForAll(b => b.Transactions[0].To == BadWork));
        Assert.Equal(SystemContracts.Work, network[0].Chain.Tree.BlockByNumber(66)!.Transactions[0].To);
        Assert.True(new GovernanceContract(network[0].Chain.Contracts.At(network[0].Chain.Head.Hash)!).TryLastBegun(out ulong begun));
        Assert.True(begun >= 66);
        // The node counted the epochs of the gap as the contracts did, so the good blocks are full ones again.
        Assert.Equal((uint)((66 - 1) / 16), network[0].Engine.Status.Epoch);
    }

    /// <summary>Protocol rule 2.8: one that burns all the gas of every call. Users' transactions go on.</summary>
    [Fact]
    public async Task A_Work_contract_that_loops_for_ever_does_not_stop_payments()
    {
        await using EngineNetwork network = new("devnet", new OutputLoggers(output), speed: 1, change: spec => WithActiveWork(spec, BadWork, Hex.Decode("5b5f56")));
        network.StartAll();
        Transaction payment = Build.Transaction().From(network.Account).Signed();
        for (int i = 0; i < network.Count; i++) Assert.True(network[i].Chain.Pool.Submit(payment).IsAccepted);
        await network[0].ReachAsync(3, Deadline);
        List<Block> blocks = Blocks(network[0], 1, 3);
        Assert.Contains(blocks, b => b.Transactions.Contains(payment));
        Assert.True(blocks.TrueForAll(b => !network[0].Chain.Tree.ReceiptsOf(b.Hash)![0].Success));
    }

    private static readonly Address BadWork = Address.FromNumber(0xb0da11);

    private static readonly AbiEvent SaltsFolded = AbiEvent.Parse("SaltsFolded(uint64 indexed,bytes32,uint32)");

    private static List<Block> Blocks(EngineNode node, ulong first, ulong last) =>
        [.. Enumerable.Range((int)first, (int)(last - first) + 1).Select(n => node.Chain.Tree.BlockByNumber((ulong)n)!)];

    private static BondStatus StatusOf(EngineNode node, uint slot) =>
        new AvailabilityContract(node.Chain.Contracts.At(node.Chain.Head.Hash)!).TryBond(slot, out BondState bond) ? bond.Status
        : throw new InvalidOperationException("Availability does not answer.");

    private static Bench BenchAt(EngineNode node, ulong epoch) => ((PorRules)node.Chain.Rules).Epochs.BenchOf(epoch)!;

    private static ChainSpec WithActiveWork(ChainSpec spec, Address work, byte[] code)
    {
        // Slot 0 of Governance: activeWork in the low twenty bytes, lastBegun above it (chainspec/artifacts/Governance.json).
        Dictionary<Address, GenesisAccount> alloc = new(spec.Genesis.Alloc);
        GenesisAccount governance = alloc[SystemContracts.Governance];
        Dictionary<UInt256, UInt256> storage = new(governance.Storage) { [UInt256.Zero] = UInt256.FromBigEndian(work.Bytes) };
        alloc[SystemContracts.Governance] = governance with { Storage = storage };
        alloc[work] = new GenesisAccount(UInt256.Zero, 1, code, new Dictionary<UInt256, UInt256>());
        return spec with { Genesis = spec.Genesis with { Alloc = alloc } };
    }
}
