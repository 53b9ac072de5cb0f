using BpDao.Blockchain.Archives;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Testing;
using BpDao.Testing.Chains;

namespace BpDao.Blockchain.Tests.Archives;

/// <summary>A chain of some blocks, genesis first, and its archives.</summary>
internal static class SealedChain
{
    /// <param name="payer">Each block holds a transfer from it; default <see cref="TestKeys.A"/>.</param>
    public static IReadOnlyList<Block> Blocks(int count, PrivateKey? payer = null)
    {
        using TestChain chain = new();
        List<Block> blocks = [chain.Tree.BlockByNumber(0)!];
        for (ulong nonce = 0; blocks.Count <= count; nonce++) blocks.Add(chain.Seal(Build.Transaction().From(payer ?? TestKeys.A).WithNonce(nonce).Signed()));
        return blocks;
    }

    public static byte[] Rlp(IEnumerable<Block> blocks) => [.. blocks.SelectMany(BlockCodec.Encode)];

    /// <param name="before">What the difficulties before the first block sum up to; the blocks of Solo add nothing.</param>
    public static byte[] Era1(IReadOnlyList<Block> blocks, ulong before = 0)
    {
        using MemoryStream file = new();
        Era1Writer writer = new(file);
        UInt256 total = before;
        foreach (Block block in blocks)
        {
            total += block.Header.Difficulty;
            writer.Add(block, [], total);
        }

        writer.Finish();
        return file.ToArray();
    }

    public static BlockArchive Open(byte[] file) =>
        BlockArchive.TryOpen(new MemoryStream(file), out BlockArchive? archive, out string? fault) ? archive : throw new InvalidDataException(fault);
}
