using BpDao.Core;
using BpDao.Crypto;
using BpDao.Testing;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace BpDao.TxPool.Tests;

/// <summary>What holds after any sequence of submissions, blocks, drops and price changes.</summary>
public sealed class TxPoolProperties
{
    private const int Capacity = 12, CapacityBytes = 1500, Nonces = 6;
    private static readonly UInt256 Gwei = 1_000_000_000;
    private static readonly PrivateKey[] Keys = [TestKeys.A, TestKeys.B, TestKeys.C, TestKeys.D];

    private abstract record Step;

    private sealed record Submit(int Sender, int Nonce, int Cap, int Tip, int EtherTenths) : Step;

    private sealed record IncludeBest(int Count) : Step;

    private sealed record Reprice(int Gwei) : Step;

    private sealed record Spend(int Sender, int EtherTenths) : Step;

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (8, Gen.Select(Gen.Int[0, 3], Gen.Int[0, 8], Gen.Int[1, 9], Gen.Int[0, 9], Gen.Int[0, 6])
            .Select(t => (Step)new Submit(t.Item1, t.Item2, t.Item3, Math.Min(t.Item3, t.Item4), t.Item5))),
        (1, Gen.Int[0, 4].Select(n => (Step)new IncludeBest(n))),
        (1, Gen.Int[1, 9].Select(g => (Step)new Reprice(g))),
        (1, Gen.Select(Gen.Int[0, 3], Gen.Int[0, 20]).Select(t => (Step)new Spend(t.Item1, t.Item2))));

    [Fact]
    public void Limits_and_indexes_hold_whatever_happens() => Steps.List[1, 60].Sample(Run, iter: 300);

    private static void Run(List<Step> steps)
    {
        TestHead head = new(Gwei);
        foreach (PrivateKey key in Keys) head.Fund(key.Address, TestHead.Ether(2));
        using TxPool pool = new(
            head, Build.Ecdsa, new TxPoolOptions { Capacity = Capacity, CapacityBytes = CapacityBytes, NoncesPerSender = Nonces },
            NullLogger<TxPool>.Instance);
        HashSet<Hash256> mirror = [];
        pool.Added += tx => Assert.True(mirror.Add(tx.Hash));
        pool.Removed += (tx, _) => Assert.True(mirror.Remove(tx.Hash));

        foreach (Step step in steps)
        {
            Do(step, head, pool);
            Check(head, pool, mirror);
        }
    }

    private static void Do(Step step, TestHead head, TxPool pool)
    {
        switch (step)
        {
            case Submit s:
                pool.Submit(Build.Transaction().From(Keys[s.Sender]).WithNonce((ulong)s.Nonce).WithFees((ulong)s.Cap * Gwei, (ulong)s.Tip * Gwei)
                    .WithValue((ulong)s.EtherTenths * TestHead.Ether(1) / 10)
                    .WithData(new byte[s.EtherTenths * 50]).WithGas(30_000).Signed());
                break;
            case IncludeBest include:
                head.Include([.. pool.Best(head.Head.NextBaseFee).Take(include.Count)]);
                break;
            case Reprice reprice:
                head.Move(head.Head.Header, [], [], [], (ulong)reprice.Gwei * Gwei);
                break;
            case Spend spend:
                head.TryGetAccount(Keys[spend.Sender].Address, out Account account);
                head.Fund(Keys[spend.Sender].Address, (ulong)spend.EtherTenths * TestHead.Ether(1) / 10, account.Nonce);
                head.Move(head.Head.Header, [], [], [Keys[spend.Sender].Address]);
                break;
        }
    }

    private static void Check(TestHead head, TxPool pool, HashSet<Hash256> mirror)
    {
        TxPoolContent content = pool.Content();
        List<Transaction> all = [.. content.Pending.Values.Concat(content.Queued.Values).SelectMany(t => t)];
        Assert.Equal(all.Count, pool.Count.Pending + pool.Count.Queued);
        Assert.True(all.Count <= Capacity);
        Assert.InRange(all.Sum(t => TransactionCodec.Encode(t).Length), 0, CapacityBytes);
        Assert.Equal(mirror, [.. all.Select(t => t.Hash)]);
        Assert.Equal(all.Count, all.Select(t => (t.Sender, t.Nonce)).Distinct().Count());
        foreach (IGrouping<Address?, Transaction> sender in all.GroupBy(t => t.Sender))
        {
            head.TryGetAccount(sender.Key!.Value, out Account account);
            Assert.All(sender, t => Assert.InRange(t.Nonce, account.Nonce, account.Nonce + Nonces - 1));
            UInt256 cost = sender.Aggregate(UInt256.Zero, (sum, t) => sum + t.Value + (t.MaxFeePerGas * t.GasLimit));
            Assert.True(cost <= account.Balance);
            ulong next = account.Nonce;
            foreach (Transaction t in content.Pending.GetValueOrDefault(sender.Key!.Value, [])) Assert.Equal(next++, t.Nonce);
            Assert.Equal(next, pool.NextNonce(sender.Key!.Value));
        }

        CheckBest(pool, content, head.Head.NextBaseFee);
    }

    private static void CheckBest(TxPool pool, TxPoolContent content, UInt256 baseFee)
    {
        List<Transaction> best = [.. pool.Best(baseFee)];
        Assert.Equal(best, [.. pool.Best(baseFee)]);
        Dictionary<Address, int> taken = [];
        UInt256 Tip(Transaction t) => UInt256.Min(t.MaxPriorityFeePerGas, t.MaxFeePerGas - baseFee);
        foreach (Transaction tx in best)
        {
            foreach ((Address sender, IReadOnlyList<Transaction> queue) in content.Pending)
            {
                // Nothing that could go now pays more than what goes.
                int at = taken.GetValueOrDefault(sender);
                if (at < queue.Count && queue[at].MaxFeePerGas >= baseFee) Assert.True(Tip(queue[at]) <= Tip(tx));
            }

            int mine = taken.GetValueOrDefault(tx.Sender!.Value);
            Assert.Equal(content.Pending[tx.Sender!.Value][mine], tx);
            taken[tx.Sender!.Value] = mine + 1;
        }

        Assert.All(content.Pending, queue =>
            Assert.True(taken.GetValueOrDefault(queue.Key) == queue.Value.TakeWhile(t => t.MaxFeePerGas >= baseFee).Count()));
    }
}
