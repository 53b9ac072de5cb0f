using BpDao.Core;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.Blockchain.Tests;

public sealed class ChainHeadInfoTests
{
    [Fact]
    public void The_state_of_a_head_is_opened_once_however_many_ask()
    {
        using GatedDb db = new();
        using TestChain chain = new(db: db);
        chain.Seal();
        int before = db.Snapshots;

        for (uint i = 0; i < 10; i++) chain.HeadInfo.TryGetAccount(Address.FromNumber(i), out _);

        Assert.Equal(before + 1, db.Snapshots);
    }

    [Fact]
    public void The_next_head_is_read_at_once_and_the_last_one_is_closed()
    {
        using GatedDb db = new();
        using TestChain chain = new(db: db);
        Assert.Equal(0UL, chain.NonceOf(TestKeys.A.Address));

        chain.Seal(Build.Transaction().From(TestKeys.A).Signed());

        int closed = db.OpenSnapshots;
        Assert.Equal(1UL, chain.NonceOf(TestKeys.A.Address));
        Assert.Equal(closed + 1, db.OpenSnapshots);
        chain.Dispose();
        Assert.Equal(closed, db.OpenSnapshots);
    }

    /// <summary>Whoever reads while the head moves gets the account of one head or the other, and no state stays open behind it.</summary>
    [Fact]
    public async Task Reading_goes_on_while_the_head_moves()
    {
        const ulong Blocks = 40;
        using GatedDb db = new();
        using TestChain chain = new(db: db);
        using CancellationTokenSource done = new();
        Task[] readers = [.. Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (ulong last = 0; !done.IsCancellationRequested;)
                {
                    ulong nonce = chain.NonceOf(TestKeys.A.Address);
                    Assert.True(nonce >= last, $"nonce {nonce} after {last}");
                    last = nonce;
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];

        for (ulong nonce = 0; nonce < Blocks; nonce++) chain.Seal(Build.Transaction().From(TestKeys.A).WithNonce(nonce).Signed());
        await done.CancelAsync();
        await Task.WhenAll(readers);

        Assert.Equal(Blocks, chain.NonceOf(TestKeys.A.Address));
        Assert.Equal(1, db.OpenSnapshots);
    }
}
