using BpDao.Consensus;
using BpDao.Core;
using BpDao.Db;
using BpDao.State;
using BpDao.Testing;
using BpDao.Testing.Chains;
using BpDao.Testing.Db;
using CsCheck;
using Xunit;

namespace BpDao.Blockchain.Tests;

/// <summary>Blocks that are written behind the back of their execution.</summary>
public sealed class AppendTests
{
    private static Transaction Transfer(ulong nonce) => Build.Transaction().WithNonce(nonce).Signed();

    [Fact]
    public void Appended_blocks_leave_the_same_database_as_committed_ones() => RandomChain.Acts.Sample(
        acts =>
        {
            List<byte[]> blocks = RandomChain.Build(acts);
            using TestChain committed = new(RandomChain.Spec), appended = new(RandomChain.Spec);
            foreach (byte[] block in blocks) committed.Commit(RandomChain.Decode(block));
            foreach (byte[] block in blocks) Append(appended, RandomChain.Decode(block));
            appended.Importer.Flush();
            Assert.Equal(DatabaseContent.Of(committed.Db), DatabaseContent.Of(appended.Db));
            Assert.Equal(committed.Head.Hash, appended.Head.Hash);
        },
        iter: 30, threads: 1);

    [Fact]
    public void Nobody_hears_of_a_block_before_it_is_on_disk()
    {
        List<Block> blocks = Chain(5);
        GatedDb disk = new();
        using TestChain chain = new(db: disk);
        List<ulong> announced = [];
        chain.Importer.Committed += block => announced.Add(block.Number);
        int before = disk.Writes.Count;

        disk.Stopped = true;
        foreach (Block block in blocks) Append(chain, block);
        Assert.Equal(0ul, chain.Head.Number);
        Assert.Null(chain.Tree.HashByNumber(1));
        Assert.Empty(announced);
        Assert.Equal(blocks[4].Transactions, chain.Tree.BlockByHash(blocks[4].Hash)!.Transactions);
        Assert.Single(chain.Tree.ReceiptsOf(blocks[4].Hash)!);
        Assert.Equal(BlockError.AlreadyKnown, chain.Importer.Judge(blocks[4], CancellationToken.None).Error);

        disk.Stopped = false;
        chain.Importer.Flush();
        Assert.Equal(blocks[4].Hash, chain.Head.Hash);
        Assert.Equal([1, 2, 3, 4, 5], announced);
        Assert.All(disk.Writes.Skip(before), Assert.True);
        // The first block may have gone alone; what came while the disk stood still went together.
        Assert.InRange(disk.Writes.Count - before, 1, 2);
        Assert.Equal(5ul, chain.NonceOf(TestKeys.A.Address));
    }

    [Fact]
    public void A_commit_waits_for_what_was_appended()
    {
        List<Block> blocks = Chain(4);
        using TestChain chain = new();
        foreach (Block block in blocks[..3]) Append(chain, block);
        chain.Commit(blocks[3]);
        Assert.Equal(4ul, chain.Head.Number);
    }

    [Fact]
    public void An_appended_branch_takes_over_when_it_is_the_longer_one()
    {
        List<Block> left = Chain(2), right = Chain(3, delay: 5);
        using TestChain chain = new();
        List<Block> order = [.. left, .. right];
        foreach (Block block in order) Append(chain, block);
        chain.Importer.Flush();
        Assert.Equal(right[2].Hash, chain.Head.Hash);
        Assert.Equal(right[0].Hash, chain.Tree.HashByNumber(1));
        Assert.NotNull(chain.Tree.BlockByHash(left[1].Hash));
    }

    [Fact]
    public void A_block_that_is_not_valid_is_refused_and_those_before_it_stay()
    {
        List<Block> blocks = Chain(2);
        using TestChain chain = new();
        Append(chain, blocks[0]);
        Block bad = blocks[1] with { Header = blocks[1].Header with { GasUsed = 1 } };
        Assert.Equal(BlockError.InvalidGasUsed, chain.Importer.Append(bad, default, verifyCertificate: false, CancellationToken.None).Error);
        Append(chain, blocks[1]);
        chain.Importer.Flush();
        Assert.Equal(2ul, chain.Head.Number);
    }

    [Fact]
    public void A_disk_that_fails_is_told_at_the_latest_by_the_flush()
    {
        List<Block> blocks = Chain(2);
        GatedDb disk = new();
        using TestChain chain = new(db: disk);
        disk.Stopped = true;
        Append(chain, blocks[0]);
        disk.Fails = true;
        disk.Stopped = false;
        Assert.Contains("no space left", Assert.Throws<DbException>(chain.Importer.Flush).Message, StringComparison.Ordinal);
        Assert.Throws<DbException>(() => Append(chain, blocks[1]));
        Assert.Equal(0ul, chain.Head.Number);
    }

    [Fact]
    public void Who_fails_when_told_of_a_block_is_not_taken_for_the_disk()
    {
        using TestChain chain = new();
        chain.Importer.Committed += _ => throw new FormatException("deaf");
        Append(chain, Chain(1)[0]);
        Assert.Equal(
            "Blocks up to 1 are on disk, but who was told of them failed: deaf", Assert.Throws<InvalidOperationException>(chain.Importer.Flush).Message);
        using TestChain again = new(db: chain.Db);
        Assert.Equal(1ul, again.Head.Number);
    }

    [Fact]
    public void A_certificate_makes_an_appended_block_final()
    {
        List<Block> blocks = Chain(3);
        using TestChain chain = new();
        Append(chain, blocks[0]);
        Append(chain, blocks[1], new byte[] { 9 });
        Append(chain, blocks[2]);
        chain.Importer.Flush();
        Assert.Equal(blocks[1].Hash, chain.Tree.Finalized.Hash);
        Assert.Equal([9], chain.Tree.CertificateByNumber(2));

        using TestChain again = new(db: chain.Db);
        Assert.Equal((3ul, 2ul), (again.Head.Number, again.Tree.Finalized.Number));
    }

    /// <summary>Whatever write the machine dies in front of, however it dies: whole blocks, at least all that were announced, and the chain goes on.</summary>
    [Theory]
    [InlineData(128)]
    [InlineData(1)]
    public void A_crash_leaves_whole_blocks_and_all_that_were_announced(int retained)
    {
        List<Block> blocks = Chain(8);
        StateOptions options = new((ulong)retained);
        for (int crash = 1; crash <= blocks.Count; crash++)
        {
            using CrashSimulatingDb machine = new() { CrashBeforeWrite = crash };
            ulong announced = Run(machine, blocks, options);
            foreach (Func<CrashSimulatingDb> death in (Func<CrashSimulatingDb>[])[machine.AfterKill, () => machine.AfterPowerLoss()])
            {
                using CrashSimulatingDb disk = death();
                using TestChain chain = new(db: disk, stateOptions: options);
                Assert.InRange(chain.Head.Number, announced, (ulong)blocks.Count);
                Assert.Equal(chain.Head.Number, chain.NonceOf(TestKeys.A.Address));
                for (ulong number = 1; number <= chain.Head.Number; number++)
                {
                    Assert.Equal(blocks[(int)number - 1].Hash, chain.Tree.HashByNumber(number));
                    Assert.Equal(new TransactionLocation(number, 0), chain.Tree.FindTransaction(blocks[(int)number - 1].Transactions[0].Hash));
                }

                foreach (Block block in blocks.Skip((int)chain.Head.Number)) Append(chain, block);
                chain.Importer.Flush();
                Assert.Equal(blocks[^1].Hash, chain.Head.Hash);
            }
        }
    }

    /// <summary>Appends until the machine dies or the blocks end, and tells the last block that was announced.</summary>
    private static ulong Run(IDb db, List<Block> blocks, StateOptions options)
    {
        ulong announced = 0;
        try
        {
            TestChain chain = new(db: db, stateOptions: options);
            chain.Importer.Committed += block => announced = block.Number;
            foreach (Block block in blocks)
            {
                Append(chain, block);
                // Now and then the disk keeps up, so that groups of all sizes are written.
                if (block.Number % 3 == 0) chain.Importer.Flush();
            }

            chain.Importer.Flush();
        }
        catch (Exception e) when (e is SimulatedCrashException or DbException)
        {
        }

        return announced;
    }

    private static List<Block> Chain(int length, ulong delay = 0)
    {
        using TestChain chain = new();
        List<Block> blocks = [];
        for (int i = 0; i < length; i++)
        {
            blocks.Add(chain.BuildNext(a => a with { Timestamp = a.Timestamp + delay, LeadingTransactions = [Transfer((ulong)blocks.Count)], IncludePool = false }));
            chain.Commit(blocks[^1]);
        }

        return blocks;
    }

    private static void Append(TestChain chain, Block block, ReadOnlyMemory<byte> certificate = default)
    {
        BlockVerdict verdict = chain.Importer.Append(block, certificate, verifyCertificate: false, CancellationToken.None);
        Assert.True(verdict.IsValid, verdict.ToString());
    }
}
