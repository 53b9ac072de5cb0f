using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.Simulation.Tests.Lottery;

/// <summary>How much of the blocks an adversary can get by choosing when to reveal.</summary>
public sealed class LotteryTests(ITestOutputHelper output)
{
    private const int Blocks = 400_000;

    // Four standard deviations of a share of a half over so many blocks.
    private const double Noise = 0.0032;

    [Theory]
    [InlineData(0.10, 0.101)]
    [InlineData(0.20, 0.209)]
    [InlineData(0.30, 0.326)]
    [InlineData(0.33, 0.367)]
    public void B3_Bias_the_best_skipping_gains_little_where_only_the_proposer_reveals(double share, double most)
    {
        double won = Lotteries.ProposersReveal(share, Blocks, new Random(1));
        output.WriteLine($"{share:P0} of REP, skipping as pays best: {won:P2} of {Blocks} blocks");
        Assert.InRange(won, share, most + Noise);
    }

    /// <summary>The negative control, protocol rule 8.3.</summary>
    [Theory]
    [InlineData(1, 0.36)]
    [InlineData(5, 0.74)]
    [InlineData(20, 0.99)]
    public void B3_Bias_the_literal_scheme_is_captured(int accounts, double won)
    {
        for (int blocks = 16; ; blocks *= 2)
        {
            double share = Lotteries.AllReveal(0.2, accounts, blocks, new Random(1));
            if (blocks < Blocks && share < 0.25 + (2 / Math.Sqrt(blocks))) continue;
            output.WriteLine($"20 % of REP in {accounts} accounts, one salt withheld a block: {Lotteries.AllReveal(0.2, accounts, Blocks, new Random(1)):P1} of blocks; noticed within {blocks} blocks");
            Assert.True(blocks < 2000);
            break;
        }

        Assert.InRange(Lotteries.AllReveal(0.2, accounts, Blocks, new Random(2)), won - 0.01, won + 0.01);
    }

    /// <summary>The same play against the node's own draw and mix: 20 of 100 equal slots collude, and let a round pass when that gives them the next height's first turn.</summary>
    [Fact]
    public void B3_Bias_the_same_on_the_real_draw_and_mix()
    {
        const int blocks = 20_000, colluding = 20;
        Bench bench = TestBench.Equal(100);
        Hash256 mix = Keccak256.Hash("mix"u8);
        int won = 0;
        for (ulong height = 1; height <= blocks; height++)
        {
            int own = 0;
            while (own < 8 && NativeDraw.LeaderOf(bench, mix, height, (uint)own) < colluding) own++;
            Hash256 next = MixAfter(bench, mix, height, 0);
            int best = RunAfter(bench, next, height + 1);
            for (uint round = 1; round < own; round++)
            {
                Hash256 other = MixAfter(bench, mix, height, round);
                if (RunAfter(bench, other, height + 1) is var run && run > best) (next, best) = (other, run);
            }

            if (own > 0) won++;
            mix = next;
        }

        output.WriteLine($"20 % of REP on the real draw: {(double)won / blocks:P2} of {blocks} blocks");
        Assert.InRange((double)won / blocks, 0.19, 0.209 + (4 * Math.Sqrt(0.2 * 0.8 / blocks)));

        int RunAfter(Bench b, Hash256 m, ulong h)
        {
            int run = 0;
            while (run < 8 && NativeDraw.LeaderOf(b, m, h, (uint)run) < colluding) run++;
            return run;
        }
    }

    // One admissible reveal a leader and height; which it is nobody else knows.
    private static Hash256 MixAfter(Bench bench, Hash256 mix, ulong height, uint round)
    {
        uint leader = NativeDraw.LeaderOf(bench, mix, height, round);
        Hash256 reveal = Keccak256.Hash([.. TestBench.KeyOf(leader).Bytes, (byte)(height >> 16), (byte)(height >> 8), (byte)height]);
        return Mix.Next(mix, reveal, height, null);
    }
}
