using BpDao.Core;
using BpDao.Db;
using BpDao.Db.Memory;
using BpDao.Testing;
using BpDao.Testing.Chains;
using BpDao.Testing.Db;
using Xunit;

namespace BpDao.Blockchain.Tests;

public sealed class RestartTests
{
    private static Transaction Transfer(ulong nonce) => Build.Transaction().WithNonce(nonce).Signed();

    [Fact]
    public void A_restarted_node_goes_on_where_it_was()
    {
        MemoryDb disk = new();
        TestChain before = new(db: disk);
        Block first = before.Seal(Transfer(0));
        before.Commit(before.BuildNext(), new byte[] { 9 });

        using TestChain after = new(db: disk.Copy());
        Assert.Equal(before.Head.Hash, after.Head.Hash);
        Assert.Equal(before.Tree.Finalized.Hash, after.Tree.Finalized.Hash);
        Assert.Equal(before.BalanceOf(TestKeys.A.Address), after.BalanceOf(TestKeys.A.Address));
        Assert.Equal(first.Transactions, after.Tree.BlockByNumber(1)!.Transactions);
        Assert.Equal(3ul, after.Seal(Transfer(1)).Number);
    }

    /// <summary>Whatever write the machine dies in front of, the node finds a whole block or none of it, and no committed block is lost.</summary>
    [Fact]
    public void A_crash_leaves_whole_blocks()
    {
        const int Blocks = 4;
        using CrashSimulatingDb dry = new();
        Run(dry, Blocks, out _);
        Assert.True(dry.Writes >= Blocks + 1);

        for (int crash = 0; crash < dry.Writes; crash++)
        {
            using CrashSimulatingDb machine = new() { CrashBeforeWrite = crash };
            ulong acknowledged = 0;
            Assert.Throws<SimulatedCrashException>(() => Run(machine, Blocks, out acknowledged));
            foreach (Func<CrashSimulatingDb> death in (Func<CrashSimulatingDb>[])[machine.AfterKill, () => machine.AfterPowerLoss()])
            {
                using CrashSimulatingDb disk = death();
                CheckWhole(disk, acknowledged);
            }
        }
    }

    [Fact]
    public void Every_committed_block_is_synced()
    {
        using CrashSimulatingDb machine = new();
        Run(machine, 3, out _);
        Assert.Equal(0, machine.UnsyncedWrites);
    }

    private static void Run(IDb db, int blocks, out ulong acknowledged)
    {
        acknowledged = 0;
        TestChain chain = new(db: db);
        for (int i = 0; i < blocks; i++) acknowledged = chain.Seal(Transfer((ulong)i)).Number;
    }

    private static void CheckWhole(IDb disk, ulong acknowledged)
    {
        TestChain chain = new(db: disk);
        Assert.Equal(acknowledged, chain.Head.Number);
        Assert.Equal(acknowledged, chain.NonceOf(TestKeys.A.Address));
        for (ulong number = 1; number <= chain.Head.Number; number++)
        {
            Block block = chain.Tree.BlockByNumber(number)!;
            Assert.Equal(block.Header.ReceiptsRoot, BodyRoots.OfReceipts(chain.Tree.ReceiptsOf(block.Hash)!));
            Assert.Equal(new TransactionLocation(number, 0), chain.Tree.FindTransaction(block.Transactions[0].Hash));
        }

        Assert.Equal(acknowledged + 1, chain.Seal(Transfer(acknowledged)).Number);
    }
}
