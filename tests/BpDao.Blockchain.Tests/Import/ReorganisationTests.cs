using BpDao.Consensus;
using BpDao.Core;
using BpDao.Db.Memory;
using BpDao.State;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.Blockchain.Tests;

/// <summary>Side branches under Solo's rule: the longer chain wins, the first one among equals.
/// <code>
/// genesis ── a1 ── a2
///        └── b1 ── b2 ── b3
/// </code></summary>
public sealed class ReorganisationTests
{
    private static readonly Transaction OnA = Build.Transaction().WithValue(11).Signed();
    private static readonly Transaction OnB = Build.Transaction().From(TestKeys.B).WithValue(22).Signed();

    private static Block BranchBlock(TestChain chain, BlockHeader parent, params Transaction[] transactions) =>
        chain.BuildOn(parent, a => a with { Timestamp = a.Timestamp + 5, LeadingTransactions = transactions, IncludePool = false });

    /// <summary>a1, a2 canonical; b1 stored beside them.</summary>
    private static Block Fork(TestChain chain)
    {
        chain.Seal(OnA);
        chain.Seal();
        Block b1 = BranchBlock(chain, chain.Tree.Genesis, OnB);
        chain.Commit(b1);
        return b1;
    }

    [Fact]
    public void A_shorter_branch_is_stored_and_followed_by_nobody()
    {
        using TestChain chain = new();
        Block b1 = Fork(chain);
        Assert.Equal(2ul, chain.Head.Number);
        Assert.NotNull(chain.Tree.BlockByHash(b1.Hash));
        Assert.NotEqual(b1.Hash, chain.Tree.HashByNumber(1));
        Assert.Null(chain.Tree.FindTransaction(OnB.Hash));
        Assert.False(chain.Tree.IsCanonical(b1.Header));
        using StateView? state = chain.States.OpenView(b1.Header.StateRoot);
        Assert.NotNull(state);
    }

    [Fact]
    public void The_longer_branch_takes_over()
    {
        using TestChain chain = new();
        Block b1 = Fork(chain), a2 = chain.Tree.BlockByNumber(2)!, a1 = chain.Tree.BlockByNumber(1)!;
        Block b2 = chain.Commit(BranchBlock(chain, b1.Header));
        Assert.Equal(a2.Hash, chain.Head.Hash);
        List<ChainUpdate> updates = [];
        List<Block> committed = [];
        chain.Tree.Updated += updates.Add;
        chain.Importer.Committed += committed.Add;

        Block b3 = chain.Commit(BranchBlock(chain, b2.Header));

        Assert.Equal([b1, b2, b3], committed);
        ChainUpdate update = Assert.Single(updates);
        Assert.Equal([b1, b2, b3], update.Added.Select(b => b.Block));
        Assert.Equal([a1, a2], update.Removed.Select(b => b.Block));
        Assert.Equal([b1.Hash, b2.Hash, b3.Hash], Enumerable.Range(1, 3).Select(i => chain.Tree.HashByNumber((ulong)i)!.Value));
        Assert.Equal(new TransactionLocation(1, 0), chain.Tree.FindTransaction(OnB.Hash));
        Assert.Null(chain.Tree.FindTransaction(OnA.Hash));
        Assert.Equal(0ul, chain.NonceOf(TestKeys.A.Address));
        Assert.Equal(1ul, chain.NonceOf(TestKeys.B.Address));
        // What the abandoned block held waits for the next one.
        Assert.True(chain.Pool.Contains(OnA.Hash));
        Assert.Contains(OnA, chain.Seal().Transactions);
    }

    [Fact]
    public void Back_and_forth_comes_to_the_same_state()
    {
        using TestChain chain = new(), straight = new();
        Block b1 = Fork(chain);
        foreach (ulong number in (ulong[])[1, 2]) straight.Commit(chain.Tree.BlockByNumber(number)!);
        Block a3 = straight.Seal(), a4 = straight.Seal();
        Block b2 = chain.Commit(BranchBlock(chain, b1.Header));
        chain.Commit(BranchBlock(chain, b2.Header));

        chain.Commit(a3);
        chain.Commit(a4);

        Assert.Equal(a4.Hash, chain.Head.Hash);
        Assert.Equal(1ul, chain.NonceOf(TestKeys.A.Address));
        Assert.Equal(0ul, chain.NonceOf(TestKeys.B.Address));
        Assert.Equal(a4.Hash, chain.Tree.HashByNumber(4));
        Assert.Equal(new TransactionLocation(1, 0), chain.Tree.FindTransaction(OnA.Hash));
        Assert.Equal(5ul, chain.Seal().Number);
    }

    [Fact]
    public void A_branch_from_before_a_restart_is_executed_again()
    {
        MemoryDb disk = new();
        TestChain before = new(db: disk);
        Block b1 = Fork(before);
        Block b2 = before.Commit(BranchBlock(before, b1.Header));
        Block b3 = BranchBlock(before, b2.Header);

        using TestChain after = new(db: disk.Copy());
        Assert.Null(after.States.OpenView(b2.Header.StateRoot));
        after.Commit(b3);
        Assert.Equal(b3.Hash, after.Head.Hash);
        Assert.Equal(1ul, after.NonceOf(TestKeys.B.Address));
    }

    [Fact]
    public void Code_sees_the_ancestors_of_its_own_branch()
    {
        Address contract = Address.FromNumber(0xcafe);
        using TestChain chain = new(new ChainSpecBuilder().WithContract(contract, TestContracts.Environment).Done());
        Block b1 = Fork(chain);
        Block b2 = chain.Commit(BranchBlock(chain, b1.Header));
        ContractCallResult seen = chain.Contracts.At(b2.Hash)!.Call(contract, default);
        Assert.Equal(b2.Hash, new Hash256(seen.Output.Span[^32..]));
    }

    [Fact]
    public void Nothing_goes_behind_a_final_block()
    {
        using TestChain chain = new();
        Block a1 = chain.Commit(chain.BuildNext());
        Block b1 = chain.Commit(BranchBlock(chain, chain.Tree.Genesis));
        Block late = BranchBlock(chain, chain.Tree.Genesis, OnB), b2 = BranchBlock(chain, b1.Header);
        Block a2 = chain.Commit(chain.BuildOn(a1.Header), new byte[] { 1 });

        Assert.Equal(BlockError.BehindFinality, chain.Importer.Commit(late, default, false, CancellationToken.None).Error);
        Assert.Equal(BlockError.BehindFinality, chain.Importer.Commit(b2, new byte[] { 1 }, false, CancellationToken.None).Error);
        Assert.Equal(a2.Hash, chain.Tree.Finalized.Hash);
        Assert.Equal(a2.Hash, chain.Head.Hash);
    }

    [Fact]
    public void A_certificate_decides_between_branches()
    {
        using TestChain chain = new();
        chain.Commit(chain.BuildNext());
        Block b1 = BranchBlock(chain, chain.Tree.Genesis, OnB);
        chain.Commit(b1, new byte[] { 1 });
        Assert.Equal(b1.Hash, chain.Head.Hash);
        Assert.Equal(b1.Hash, chain.Tree.Finalized.Hash);
    }
}
