using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Rules;
using BpDao.Core;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.Consensus.Por.Tests.Engine;

/// <summary>Two of four producers are gone for good: no quorum can ever decide anything again, until those that are left agree to go on without.</summary>
[Collection(EngineNetwork.Tests)]
public sealed class RescueEngineTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Who_is_left_goes_on_when_more_than_two_thirds_of_the_rest_have_signed()
    {
        await using EngineNetwork network = new("devnet", new OutputLoggers(output), speed: 8);
        BenchRescue rescue = await DieAsync(network);
        BenchRescue signed = Signed(network, rescue, 0, 1);
        for (int i = 0; i < 2; i++) network.Start(i, new PorOptions { Rescue = signed });
        // Through an epoch's first block, with its record, and on.
        for (int i = 0; i < 2; i++) await network[i].ReachAsync(20, Deadline);
        Assert.Equal(rescue.Hash, network[0].Chain.Tree.HeaderByNumber(rescue.Height)!.Hash);
        Assert.Equal(network[0].Chain.Tree.HeaderByNumber(20)!.Hash, network[1].Chain.Tree.HeaderByNumber(20)!.Hash);
        Assert.Equal(4, ((PorRules)network[0].Chain.Rules).Epochs.BenchOf(1)!.Members.Count);
    }

    [Fact]
    public async Task Nobody_goes_on_alone_or_on_another_block()
    {
        await using EngineNetwork network = new("devnet", new OutputLoggers(output), speed: 8);
        BenchRescue rescue = await DieAsync(network);
        foreach (BenchRescue bad in (BenchRescue[])
        [
            Signed(network, rescue, 0),
            Signed(network, rescue, 0, 1) with { UntilEpoch = 99 },
            Signed(network, rescue with { Hash = Keccak256.Hash("another"u8) }, 0, 1),
            Signed(network, rescue with { Lost = [1, 2, 3] }, 0, 1),
        ])
        {
            EngineNode node = network.Start(0, new PorOptions { Rescue = bad });
            await Assert.ThrowsAsync<InvalidDataException>(() => node.ReachAsync(rescue.Height + 1, Deadline));
            await Assert.ThrowsAsync<InvalidDataException>(() => network.StopAsync(0));
        }
    }

    [Fact]
    public void A_rescue_comes_back_from_its_file_and_junk_is_refused_in_one_line()
    {
        BenchRescue rescue = new(7, Keccak256.Hash("7"u8), 1, 9, [2, 3], [new RescueSignature(0, new byte[65])]);
        Assert.True(RescueFile.TryParse(RescueFile.Format(rescue), out BenchRescue? read, out _));
        Assert.Equal(RescueFile.Format(rescue), RescueFile.Format(read));
        foreach (string junk in (string[])["", "{}", "[]", """{"height":1}""", RescueFile.Format(rescue).Replace("0x", "zz", StringComparison.Ordinal)])
        {
            Assert.False(RescueFile.TryParse(junk, out _, out string? error));
            Assert.DoesNotContain('\n', error);
        }
    }

    private static async Task<BenchRescue> DieAsync(EngineNetwork network)
    {
        network.StartAll();
        for (int i = 0; i < 4; i++) await network[i].ReachAsync(3, Deadline);
        EngineNode[] left = [network[0], network[1]];
        for (int i = 3; i >= 0; i--) await network.StopAsync(i);
        // What was on its way may have made one more block here or there: heads are compared when the nodes are off.
        BlockHeader head = left.Select(n => n.Chain.Head).MaxBy(h => h.Number)!;
        return new BenchRescue(head.Number, head.Hash, 0, UntilEpoch: 8, [2, 3], []);
    }

    private static BenchRescue Signed(EngineNetwork network, BenchRescue rescue, params uint[] slots) => rescue with
    {
        Signatures = [.. slots.Select(s => new RescueSignature(s, network.SignerOf(s).Sign(rescue.Digest(network.Domain))))],
    };
}
