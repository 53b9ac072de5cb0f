using BpDao.Consensus;
using BpDao.Core;
using BpDao.Testing;
using BpDao.Testing.Chains;
using BpDao.Testing.Db;
using Xunit;

namespace BpDao.Blockchain.Tests;

public sealed class JudgeAndCommitTests
{
    private static Transaction Transfer(ulong nonce) => Build.Transaction().WithNonce(nonce).Signed();

    [Fact]
    public void Building_and_judging_leave_no_trace()
    {
        using TestChain chain = new();
        chain.Seal(Transfer(0));
        chain.Pool.Submit(Transfer(1));
        IReadOnlyList<string> before = DatabaseContent.Of(chain.Db);

        Block block = chain.BuildNext();
        Assert.Single(block.Transactions);
        Assert.True(chain.Importer.Judge(block, CancellationToken.None).IsValid);
        Assert.True(new TestJudge(chain).Judge(block).IsValid);
        Assert.False(chain.Importer.Judge(block with { Header = block.Header with { StateRoot = default } }, CancellationToken.None).IsValid);

        Assert.Equal(before, DatabaseContent.Of(chain.Db));
        Assert.Null(chain.Tree.HeaderByHash(block.Hash));
        Assert.Null(chain.States.OpenView(block.Header.StateRoot));
        Assert.Equal(1ul, chain.Head.Number);
        Assert.Equal(1ul, chain.NonceOf(TestKeys.A.Address));
    }

    [Fact]
    public void Many_judged_blocks_are_not_all_remembered()
    {
        using TestChain chain = new();
        for (ulong time = 1; time < 50; time++) chain.BuildNext(a => a with { Timestamp = a.Timestamp + time });
        Block last = chain.BuildNext();
        Assert.Equal(1ul, chain.Commit(last).Number);
    }

    [Fact]
    public void A_committed_block_is_found_every_way()
    {
        using TestChain chain = new();
        Transaction tx = Transfer(0);
        Block block = chain.Seal(tx);

        Assert.Equal(block.Hash, chain.Head.Hash);
        Assert.Equal(block.Hash, chain.Tree.HashByNumber(1));
        Assert.Equal(block.Hash, chain.Tree.HeaderByNumber(1)!.Hash);
        Assert.Equal([tx], chain.Tree.BlockByHash(block.Hash)!.Transactions);
        Assert.Equal(new TransactionLocation(1, 0), chain.Tree.FindTransaction(tx.Hash));
        Assert.Null(chain.Tree.HashByNumber(2));
        Assert.Null(chain.Tree.FindTransaction(Hash256.Zero));
        Assert.Null(chain.Tree.CertificateByNumber(1));
        Assert.Equal((0, 0), chain.Pool.Count);
    }

    [Fact]
    public void Committing_judges_what_was_not_judged()
    {
        using TestChain chain = new();
        Block block = chain.BuildNext();
        Block wrong = block with { Header = block.Header with { StateRoot = default } };
        IReadOnlyList<string> before = DatabaseContent.Of(chain.Db);
        Assert.Equal(BlockError.InvalidStateRoot, chain.Importer.Commit(wrong, default, false, CancellationToken.None).Error);
        Assert.Equal(before, DatabaseContent.Of(chain.Db));
    }

    [Fact]
    public void The_same_block_is_committed_once()
    {
        using TestChain chain = new();
        Block block = chain.Seal();
        BlockVerdict again = chain.Importer.Commit(block, default, false, CancellationToken.None);
        Assert.Equal(BlockError.AlreadyKnown, again.Error);
        Assert.True(again.IsTransient);
        Assert.Equal(BlockError.AlreadyKnown, chain.Importer.Judge(block, CancellationToken.None).Error);
    }

    [Fact]
    public void A_block_without_a_parent_waits()
    {
        using TestChain chain = new(), ahead = new();
        ahead.Seal();
        Block second = ahead.Seal();
        Assert.Equal(BlockError.UnknownParent, chain.Importer.Judge(second, CancellationToken.None).Error);
        Assert.Equal(BlockError.UnknownParent, chain.Importer.Commit(second, default, false, CancellationToken.None).Error);
    }

    [Fact]
    public void Events_come_after_the_block_and_in_order()
    {
        using TestChain chain = new();
        List<string> seen = [];
        chain.Importer.Committed += b => seen.Add($"committed {b.Number} {chain.Head.Number}");
        chain.Tree.Updated += u => seen.Add($"updated {u.Head.Number} {chain.NonceOf(TestKeys.A.Address)}");
        chain.Seal(Transfer(0));
        chain.Seal(Transfer(1));
        Assert.Equal(["updated 1 1", "committed 1 1", "updated 2 2", "committed 2 2"], seen);
    }

    [Fact]
    public void The_certificate_is_kept_and_makes_the_block_final()
    {
        using TestChain chain = new();
        Block block = chain.BuildNext();
        Assert.Equal(chain.Tree.Genesis, chain.Tree.Finalized);
        chain.Commit(block, new byte[] { 1, 2, 3 });
        Assert.Equal([1, 2, 3], chain.Tree.CertificateByNumber(1)!);
        Assert.Equal(block.Header, chain.Tree.Finalized);
    }

    [Fact]
    public void A_certificate_is_verified_when_asked()
    {
        using TestChain chain = new();
        Block block = chain.BuildNext();
        // Solo has no certificates.
        Assert.Equal(BlockError.InvalidCertificate, chain.Importer.Commit(block, new byte[] { 1 }, true, CancellationToken.None).Error);
        Assert.Equal(0ul, chain.Head.Number);
    }

    [Fact]
    public void Cancelling_changes_nothing()
    {
        using TestChain chain = new(), other = new();
        Block block = other.Seal(Transfer(0));
        IReadOnlyList<string> before = DatabaseContent.Of(chain.Db);
        Assert.Throws<OperationCanceledException>(() => chain.Importer.Commit(block, default, false, new CancellationToken(canceled: true)));
        Assert.Equal(before, DatabaseContent.Of(chain.Db));
        Assert.Equal(block.Hash, chain.Commit(block).Hash);
    }
}
