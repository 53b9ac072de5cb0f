using BpDao.Core;
using BpDao.Crypto;
using BpDao.Testing;
using BpDao.Testing.Chains;
using CsCheck;
using Xunit;

namespace BpDao.Blockchain.Tests;

/// <summary>Random trees of blocks in random order against a model: the longest branch, the first among equals.</summary>
public sealed class BlockTreeProperties
{
    /// <summary>Each block: which earlier one is its parent (by index modulo their number), and whose transfer is in it.</summary>
    private static readonly Gen<List<(int Parent, int Sender)>> Trees = Gen.Select(Gen.Int[0, 7], Gen.Int[0, 3]).List[1, 9];

    [Fact]
    public void The_longest_branch_is_canonical_whatever_came_between() => Trees.Sample(Run, iter: 40, threads: 1);

    private static void Run(List<(int Parent, int Sender)> tree)
    {
        using TestChain chain = new();
        List<Block> blocks = [chain.Tree.BlockByNumber(0)!];
        Block head = blocks[0];
        for (int i = 0; i < tree.Count; i++)
        {
            Block[] path = PathTo(blocks, blocks[tree[i].Parent % blocks.Count]);
            Block block = BuildAfter(path, tree[i].Sender, delay: (ulong)i);
            chain.Commit(block);
            blocks.Add(block);
            if (block.Number > head.Number) head = block;
            Check(chain, blocks, head);
        }
    }

    private static Block BuildAfter(Block[] path, int sender, ulong delay)
    {
        using TestChain branch = new();
        foreach (Block block in path) branch.Commit(block);
        PrivateKey key = new[] { TestKeys.A, TestKeys.B, TestKeys.C, TestKeys.D }[sender];
        Transaction tx = Build.Transaction().From(key).WithNonce(branch.NonceOf(key.Address)).Signed();
        return branch.BuildOn(branch.Head, a => a with { Timestamp = a.Timestamp + delay, LeadingTransactions = [tx], IncludePool = false });
    }

    private static Block[] PathTo(List<Block> blocks, Block block)
    {
        List<Block> path = [];
        for (; block.Number > 0; block = blocks.Single(b => b.Hash == block.Header.ParentHash)) path.Insert(0, block);
        return [.. path];
    }

    private static void Check(TestChain chain, List<Block> blocks, Block head)
    {
        Assert.Equal(head.Hash, chain.Head.Hash);
        Assert.Null(chain.Tree.HashByNumber(head.Number + 1));
        Block[] canonical = PathTo(blocks, head);
        Assert.Equal(canonical, canonical.Select(b => chain.Tree.BlockByNumber(b.Number)!));
        HashSet<Hash256> included = [.. canonical.SelectMany(b => b.Transactions).Select(t => t.Hash)];
        foreach (Block block in blocks)
        {
            Assert.NotNull(chain.Tree.BlockByHash(block.Hash));
            Assert.All(block.Transactions, t => Assert.Equal(included.Contains(t.Hash), chain.Tree.FindTransaction(t.Hash) is not null));
        }

        foreach (PrivateKey key in (PrivateKey[])[TestKeys.A, TestKeys.B, TestKeys.C, TestKeys.D])
        {
            ulong sent = (ulong)canonical.SelectMany(b => b.Transactions).Count(t => Build.Ecdsa.TryRecoverSender(t, out Address s) && s == key.Address);
            Assert.Equal(sent, chain.NonceOf(key.Address));
        }
    }
}
