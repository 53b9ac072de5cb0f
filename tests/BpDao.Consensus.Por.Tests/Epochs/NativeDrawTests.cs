using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Epochs;

/// <summary>Protocol rules 4.1 and 2.8: the draw without contracts.</summary>
public sealed class NativeDrawTests
{
    [Fact]
    public void B2_Frequency_leads_in_proportion_to_weight()
    {
        Bench bench = BenchOf(10, 20, 30, 40);
        int[] turns = new int[4];
        for (ulong height = 1; height <= 20_000; height++) turns[NativeDraw.LeaderOf(bench, Keccak256.Hash("mix"u8), height, 0)]++;
        // Chi-square with three degrees of freedom; 16.3 is the 0.1 % point, and the draw is fixed.
        double chi = turns.Select((t, i) => Math.Pow(t - (2000.0 * (i + 1)), 2) / (2000.0 * (i + 1))).Sum();
        Assert.True(chi < 16.3, $"chi-square {chi}");
    }

    [Fact]
    public void Skips_who_was_drawn_at_this_height_until_all_were()
    {
        Bench bench = BenchOf(1, 1, 1, 1);
        for (ulong height = 1; height < 200; height++)
        {
            uint[] leaders = [.. Enumerable.Range(0, 8).Select(r => NativeDraw.LeaderOf(bench, default, height, (uint)r))];
            Assert.Equal(4, leaders[..4].Distinct().Count());
            Assert.Equal(4, leaders[4..].Distinct().Count());
        }
    }

    [Fact]
    public void Draws_without_skipping_from_round_32_on()
    {
        Bench bench = BenchOf(5, 1);
        for (uint round = 32; round < 64; round++)
        {
            uint expected = NativeDraw.PointOf(default, 9, round) % 6 < 5 ? 0u : 1u;
            Assert.Equal(expected, NativeDraw.LeaderOf(bench, default, 9, round));
        }
    }

    private static Bench BenchOf(params ulong[] weights)
    {
        BenchMember[] members = [.. weights.Select((w, i) => new BenchMember((uint)i, Address.FromNumber((uint)i + 1), Address.FromNumber((uint)i + 1).ToArray(), w))];
        Assert.True(Bench.TryCreate(0, members, out Bench? bench));
        return bench;
    }
}
