using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Contracts.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Contracts.Tests.Judicial;

/// <summary>Random sequences of evidence, some of it old, some twice, while bonds leave and grow: the contracts agree with
/// <see cref="ConvictionBooks"/> to the wei after every block, and protocol rule 5.8 holds.</summary>
public sealed class RandomEvidenceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Convictions_agree_with_the_exact_books_after_every_block(int seed)
    {
        Random random = new(seed);
        PorNetwork network = new PorNetwork().Bonds([.. Enumerable.Range(0, 14).Select(i => (Money.Rep(30_000_000), Money.Rep((ulong)(10_000_000 + (i * 1_000_000)))))])
            .With("mintingRatio", UInt256.Zero).With("jailEpochs", 2).With("slashDelay", 16 + (UInt256)(uint)(seed * 16));
        using PorTestChain chain = new(network);
        ConvictionBooks books = new(chain, slashDelay: 16 + ((ulong)seed * 16), jailEpochs: 2);
        Cheating cheating = new(chain);
        List<EvidenceItem> known = [];
        for (int i = 0; i < 130; i++)
        {
            EvidenceItem[] items = i < 4 || random.Next(2) == 0 ? [] : [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Choose(chain, cheating, known, random))];
            known.AddRange(items);
            books.Block(plan => Use(chain, plan, random), items);
        }

        Assert.Contains(books.Convictions, c => c.Kind == 2);
        Assert.Contains(books.Convictions, c => c.Kind is 3 or 4);
        Assert.True(books.Convictions.Count > 30, $"{books.Convictions.Count} convictions");
        Assert.Contains("convicted", books.Skipped);
        Assert.Contains("expired", books.Skipped);
        Assert.True(books.Bounties > 0);
        BenchAssert.Agrees(chain);
    }

    // Mostly the small types, so that the bench lives on.
    private static EvidenceItem Choose(PorTestChain chain, Cheating cheating, List<EvidenceItem> known, Random random)
    {
        if (known.Count > 0 && random.Next(4) == 0) return known[random.Next(known.Count)];
        ulong height = random.Next(3) == 0 ? (ulong)random.NextInt64(1, (long)chain.Head.Number + 2) : chain.Head.Number - (ulong)random.Next(3);
        Bench bench = chain.Epochs.BenchOf(cheating.EpochOf(height))!;
        uint slot = bench.Members[random.Next(bench.Members.Count)].Slot;
        EvidenceType type = random.Next(56) switch
        {
            0 => EvidenceType.DoubleSecondVote,
            1 => EvidenceType.HiddenSecondVote,
            < 20 => EvidenceType.ContraryVotes,
            < 40 => EvidenceType.DoubleProposal,
            _ => EvidenceType.IgnoredQc,
        };
        return cheating.Of(type, slot, height);
    }

    private static void Use(PorTestChain chain, BlockPlan plan, Random random)
    {
        TestProducer[] all = [.. chain.KnownProducers];
        TestProducer user = all[random.Next(all.Length)];
        int what = random.Next(12);
        if (what == 0) plan.With(Bonding.Leave(chain, user, Money.Rep((ulong)random.Next(1, 12_000_000))));
        if (what == 1) plan.With(Bonding.Raise(chain, user, Money.Rep((ulong)random.Next(1, 4_000_000))));
    }
}
