using BpDao.Core;
using BpDao.Crypto;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.Blockchain.Tests;

public sealed class ConcurrencyTests
{
    [Fact]
    public async Task Wallets_submit_while_blocks_are_made_and_nothing_is_lost()
    {
        const int Each = 60;
        using TestChain chain = new();
        PrivateKey[] keys = [TestKeys.A, TestKeys.B, TestKeys.C, TestKeys.D];
        // Threads of their own: the loop below keeps a thread of the pool busy, and the pool owes nobody another one in time.
        Task[] wallets = [.. keys.Select(key => Task.Factory.StartNew(
            () =>
            {
                for (ulong nonce = 0; nonce < Each; nonce++)
                {
                    TxPool.AcceptTxResult result = chain.Pool.Submit(Build.Transaction().From(key).WithNonce(nonce).WithFees(9_000_000_000, nonce).Signed());
                    Assert.True(result.IsAccepted, result.ToString());
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];

        int included = 0;
        while (included < keys.Length * Each)
        {
            Block block = chain.BuildNext();
            Assert.True(new TestJudge(chain).Judge(block).IsValid);
            included += chain.Commit(block).Transactions.Count;
            if (wallets.All(w => w.IsCompleted) && chain.Pool.Count == (0, 0)) break;
            Assert.False(wallets.Any(w => w.IsFaulted), "a wallet's transaction was refused");
        }

        await Task.WhenAll(wallets);
        Assert.Equal(keys.Length * Each, included);
        Assert.All(keys, key => Assert.Equal((ulong)Each, chain.NonceOf(key.Address)));
        Assert.Equal((0, 0), chain.Pool.Count);
    }
}
