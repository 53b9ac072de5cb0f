using BpDao.Contracts.Tests.Support;
using BpDao.Core;
using BpDao.Crypto;
using Xunit;

namespace BpDao.Contracts.Tests.Economy;

/// <summary>Protocol rules 5.1–5.7, 5.10: the money and the REP of blocks against exact fractions, case by case.</summary>
public sealed class BlockMoneyTests
{
    /// <summary>REP in millions of the seven bonds; no two the same, no round sum.</summary>
    private static readonly ulong[] Unequal = [31, 29, 23, 19, 17, 13, 11];

    public static TheoryData<string> Names => [.. Cases().Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A6_Shares_money_and_reputation_of_blocks_are_those_of_the_exact_reference(string name)
    {
        Case c = Cases().Single(x => x.Name == name);
        PorNetwork network = c.Network(new PorNetwork().Fund(Huge.Whale.Address, Huge.Coins).Bonds([.. Unequal.Select((m, i) => (Money.Rep(m * 1_000_000) + (ulong)i, Money.Rep(m * 1_000_000)))]));
        using PorTestChain chain = new(network);
        ExactBooks books = new(chain, c.Terms);
        Random random = new(name.Length);
        for (int i = 0; i < 58; i++) books.Block(plan => c.Plan(chain, random, plan));

        Assert.Equal(58 - 1 - c.Terms.LateWindow, books.Settled);
        books.AssertTotals();
    }

    [Fact]
    public void The_reference_notices_a_share_that_is_a_ten_thousandth_off()
    {
        using PorTestChain chain = new();
        ExactBooks books = new(chain, new ExactTerms { Includer = new(201, 10_000) });
        books.Block(_ => { });
        Assert.ThrowsAny<Exception>(() => books.Block(_ => { }));
    }

    [Fact]
    public void The_ledger_notices_a_wei_that_nobody_holds()
    {
        using PorTestChain chain = new(new PorNetwork().Change(s => s.Set(StoragePlace.Rep("minted"), s.Get(StoragePlace.Rep("minted")) + UInt256.One)));
        Assert.Contains("5.8", Assert.Throws<InvalidOperationException>(() => chain.Block()).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<Case> Cases()
    {
        yield return new("everybody votes", n => n, new(), (_, _, _) => { });
        yield return new("no income", n => n.With("blockReward", UInt256.Zero), new(), (_, _, _) => { });
        yield return new("fees of users", n => n, new(), Pay);
        yield return new("huge fees, minted up to the cap", n => n, new(), (chain, random, plan) => plan.With(Huge.Gift(chain)));
        yield return new("absent voters", n => n, new(), (chain, random, plan) => plan.VotesFor(SomeOf(random, chain)));
        yield return new("voters against", n => n, new(), (chain, random, plan) => plan.Against((uint)random.Next(7)));
        yield return new("late voters", n => n, new(), (chain, random, plan) => plan.Late((uint)random.Next(7), (uint)random.Next(1, 5)));
        yield return new("all kinds of voters", n => n, new(), Mixed);
        yield return new("all kinds of voters, the rest burns", n => n.With("absentShare", 1), new() { AbsentShare = AbsentShare.Burn }, Mixed);
        yield return new("all kinds of voters, the rest is for winners", n => n.With("absentShare", 2), new() { AbsentShare = AbsentShare.Winners }, Mixed);
        yield return new("dust", n => n.With("mintingRatio", 7), new() { MintingRatio = new(7, 1_000_000_000_000_000_000) }, Mixed);
        yield return new("dust for winners", n => n.With("mintingRatio", 13).With("absentShare", 2),
            new() { MintingRatio = new(13, 1_000_000_000_000_000_000), AbsentShare = AbsentShare.Winners }, Mixed);
        yield return new("nothing for includers, stakes half binding, late for nothing",
            n => n.With("includerBps", UInt256.Zero).With("bindingBps", 5000).With("lateShareBps", UInt256.Zero),
            new() { Includer = 0, Binding = new(1, 2), LateShare = 0 }, Mixed);
        yield return new("much for includers, late as good as in time, half for authors, K of 2",
            n => n.With("includerBps", 1000).With("lateShareBps", 10_000).With("authorSharePpm", 500_000).With("lateWindow", 2),
            new() { Includer = new(1, 10), LateShare = 1, AuthorShare = new(1, 2), LateWindow = 2 }, (chain, random, plan) =>
            {
                Pay(chain, random, plan);
                plan.Late((uint)random.Next(7), (uint)random.Next(1, 3));
            });
        yield return new("missed turns", n => n.With("maxMisses", 32), new(), (chain, random, plan) =>
        {
            Pay(chain, random, plan);
            if (random.Next(4) == 0) plan.Round((uint)random.Next(1, 3));
        });
    }

    private static void Mixed(PorTestChain chain, Random random, BlockPlan plan)
    {
        Pay(chain, random, plan);
        // Any two of the four lightest weigh less than a third, so the others are a quorum.
        uint[] light = [.. new uint[] { 3, 4, 5, 6 }.OrderBy(_ => random.Next())];
        switch (random.Next(4))
        {
            case 0:
                plan.VotesFor([.. Enumerable.Range(0, 7).Select(i => (uint)i).Except([light[0], light[1]])]);
                break;
            case 1:
                plan.Against(light[0]);
                plan.Late(light[1], (uint)random.Next(1, 5));
                break;
            case 2:
                plan.Late(light[0], (uint)random.Next(1, 5)).Late(light[1], (uint)random.Next(1, 5));
                break;
        }
    }

    private static void Pay(PorTestChain chain, Random random, BlockPlan plan)
    {
        PrivateKey payer = chain.KeyOf((uint)random.Next(7)).Identity;
        for (int i = random.Next(4); i > 0; i--) plan.With(chain.Transaction(payer).WithFees((ulong)random.Next(2_000_000_000, 2_000_000_000 + 999), (ulong)random.Next(999)).Signed());
    }

    // Everybody but one.
    private static uint[] SomeOf(Random random, PorTestChain chain)
    {
        uint absent = (uint)random.Next(7);
        return [.. chain.View().Bench.Members.Select(m => m.Slot).Where(s => s != absent)];
    }

    private sealed record Case(string Name, Func<PorNetwork, PorNetwork> Network, ExactTerms Terms, Action<PorTestChain, Random, BlockPlan> Plan);
}
