using BpDao.Consensus.Por.Blocks;
using BpDao.Contracts.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.Contracts.Tests.Liveness;

/// <summary>Step 11 of beginBlock works off every salt that a payload carries, however little gas is left (protocol rule 2.7): proposers take no more
/// than fit.</summary>
public sealed class SaltGasTests(ITestOutputHelper output)
{
    // More than one payload may carry.
    private const int Producers = PayloadLimits.Salts + 2;

    [Fact]
    public void The_most_salts_that_are_taken_fit_into_transaction_0_beside_eight_convictions_in_the_first_block_of_an_epoch()
    {
        using PorTestChain chain = new(new PorNetwork().Equal(Producers));
        ulong limit = chain.View().Context.SystemGasLimit;
        int most = Salts.MostFor(limit);

        // All that block 1 writes is new.
        PorBlock first = chain.Block();
        Assert.Equal(most, first.Payload.SaltCommits.Count);
        Report("block 1", first, limit);

        chain.ToEpoch(1);
        uint[] culprits = [.. Enumerable.Range(0, 100).Select(i => (uint)i)];
        PorBlock full = chain.Block(plan => plan.Carry(new Cheating(chain).TwoCommits(5, culprits, culprits)));
        Assert.Equal((most, 1), (full.Payload.SaltCommits.Count, full.Payload.Evidence.Count));
        Report("first block of epoch 1, with evidence", full, limit);
    }

    [Fact]
    public void A_commit_costs_no_more_than_proposers_reckon_with()
    {
        using PorTestChain with = new(new PorNetwork().Equal(Producers)), without = new(new PorNetwork().Equal(Producers));
        PorBlock carrying = with.Block();
        ulong more = carrying.Receipts[0].GasUsed - without.Block(plan => plan.WithPayload(p => p with { SaltCommits = [] })).Receipts[0].GasUsed;
        ulong each = more / (ulong)carrying.Payload.SaltCommits.Count;
        output.WriteLine($"a commit costs {each} gas");
        Assert.InRange(each, 1ul, Salts.GasOfCommit);
    }

    [Fact]
    public void Where_transaction_0_has_little_gas_a_few_salts_are_taken_at_a_time_until_all_are_there()
    {
        const ulong Least = 2_000_000;
        using PorTestChain chain = new(new PorNetwork().Equal(18).With("systemGasLimit", Least));
        int most = Salts.MostFor(Least), carried = 0;
        Assert.InRange(most, 1, 12);
        while (Salts.PhaseOf(chain.View().Position, chain.View().Context.EpochLength) == SaltPhase.Commit)
        {
            PorBlock block = chain.Block();
            Assert.InRange(block.Payload.SaltCommits.Count, 0, most);
            carried += block.Payload.SaltCommits.Count;
        }

        Assert.Equal(18, carried);
    }

    [Fact]
    public void Gas_decides_how_many_are_taken_between_none_and_the_cap()
    {
        Assert.Equal(0, Salts.MostFor(1_000_000));
        Assert.Equal(PayloadLimits.Salts, Salts.MostFor(1 << 24));
    }

    private void Report(string what, PorBlock block, ulong limit)
    {
        output.WriteLine($"{what}: {block.Receipts[0].GasUsed} of {limit} gas, {block.Payload.SaltCommits.Count} salts");
        Assert.InRange(block.Receipts[0].GasUsed, 1ul, limit);
    }
}
