using BpDao.Blockchain.Archives;
using BpDao.Core;
using BpDao.Testing;
using CsCheck;
using Xunit;

namespace BpDao.Blockchain.Tests.Archives;

public sealed class BlockArchiveTests
{
    private static readonly IReadOnlyList<Block> Blocks = [.. SealedChain.Blocks(6).Skip(1)];
    private static readonly byte[] Rlp = SealedChain.Rlp(Blocks), Era = SealedChain.Era1(Blocks);

    public static TheoryData<string, byte[]> Formats() => new() { { "rlp", Rlp }, { "era1", Era } };

    [Theory]
    [MemberData(nameof(Formats))]
    public void Blocks_come_back_in_order(string format, byte[] file)
    {
        using BlockArchive archive = SealedChain.Open(file);

        Assert.True(archive.TryVerify(out string? fault), $"{format}: {fault}");
        Assert.Equal((1ul, 6ul), (archive.First, archive.Last));
        Assert.Equal(Blocks[^1].Hash, archive.LastHeader!.Hash);
        Assert.Equal(Blocks.Select(BlockCodec.Encode), Read(archive).Select(b => BlockCodec.Encode(b!)));
    }

    /// <summary>Whatever is cut off, the rest is not taken for an archive.</summary>
    [Fact]
    public void A_truncated_era_is_refused_at_once() => Gen.Int[0, Era.Length - 1].Sample(
        length => !BlockArchive.TryOpen(new MemoryStream(Era[..length]), out _, out _), iter: 500);

    [Fact]
    public void Truncated_blocks_are_refused_at_once() => Gen.Int[0, Rlp.Length - 1]
        .Where(length => !Blocks.Select((_, i) => SealedChain.Rlp(Blocks.Take(i)).Length).Contains(length) || length == 0)
        .Sample(length => !BlockArchive.TryOpen(new MemoryStream(Rlp[..length]), out _, out _), iter: 500);

    /// <summary>Every byte counts but those of bodies and receipts, which are checked when their block is judged, and of checksums over nothing.</summary>
    [Fact]
    public void Damage_to_an_era_never_throws_and_never_changes_a_header() => Gen.Select(Gen.Int[0, Era.Length - 1], Gen.Byte[1, 255]).Sample(
        (place, change) =>
        {
            byte[] damaged = [.. Era];
            damaged[place] ^= change;
            if (!BlockArchive.TryOpen(new MemoryStream(damaged), out BlockArchive? archive, out _) || !archive.TryVerify(out _)) return true;
            List<Hash256> hashes = [];
            while (archive.TryReadNext(out ArchivedBlock? block, out _))
            {
                hashes.Add(block.Header.Hash);
                block.Decode();
            }

            return hashes.SequenceEqual(Blocks.Select(b => b.Hash).Take(hashes.Count));
        },
        iter: 2000);

    [Fact]
    public void Damage_to_blocks_never_throws() => Gen.Select(Gen.Int[0, Rlp.Length - 1], Gen.Byte[1, 255]).Sample(
        (place, change) =>
        {
            byte[] damaged = [.. Rlp];
            damaged[place] ^= change;
            if (!BlockArchive.TryOpen(new MemoryStream(damaged), out BlockArchive? archive, out _)) return;
            while (archive.TryReadNext(out ArchivedBlock? block, out _)) block.Decode();
        },
        iter: 2000);

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("1f8b0800", "it is neither an era1 archive nor blocks in RLP: it begins with 0x1f8b0800")]
    [InlineData("6532000000000000", "it does not end with an index: it is truncated or no era1 archive")]
    [InlineData("f90211a0", "at 0, after 0 blocks, is no block in RLP")]
    [InlineData("f90211a0d4e5", "it is truncated: block 0 at 0 has 532 bytes, 6 are there")]
    public void Says_what_is_wrong_with_a_file(string hex, string expected)
    {
        Assert.False(BlockArchive.TryOpen(new MemoryStream(Convert.FromHexString(hex)), out _, out string? fault));
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void A_block_of_a_later_fork_is_told_by_its_header()
    {
        RlpWriter block = new();
        block.StartList().StartList();
        for (int field = 0; field < 23; field++) block.Write(Hash256.Zero);
        byte[] file = block.EndList().StartList().EndList().StartList().EndList().EndList().ToArray();

        Assert.False(BlockArchive.TryOpen(new MemoryStream(file), out _, out string? fault));

        Assert.Equal("it does not begin with a block that this version knows: its header has 23 fields, Osaka's has 21; it is of a later fork", fault);
    }

    [Fact]
    public void An_era_whose_blocks_are_of_two_chains_is_refused() =>
        AssertUnsound("block 3: its parent is", SealedChain.Era1([Blocks[0], Blocks[1], SealedChain.Blocks(3, TestKeys.B)[3]]));

    [Fact]
    public void An_era_with_a_gap_is_refused() =>
        AssertUnsound("block 3: its header says number 4", SealedChain.Era1([Blocks[0], Blocks[1], Blocks[3]]));

    [Fact]
    public void An_era_with_another_total_difficulty_is_refused()
    {
        byte[] file = [.. Era];
        int last = file.Length - (8 * (Blocks.Count + 3)) - 40 - 32; // in front of accumulator and index
        file[last] ^= 1;
        AssertUnsound("block 6: its total difficulty is 1, the sum is 0", file);
    }

    [Fact]
    public void An_era_with_another_accumulator_is_refused()
    {
        byte[] file = [.. Era];
        file[file.Length - (8 * (Blocks.Count + 3)) - 32] ^= 1;
        AssertUnsound("its accumulator is", file);
    }

    private static void AssertUnsound(string expected, byte[] file)
    {
        using BlockArchive archive = SealedChain.Open(file);
        Assert.False(archive.TryVerify(out string? fault));
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    private static IEnumerable<Block?> Read(BlockArchive archive)
    {
        while (archive.TryReadNext(out ArchivedBlock? block, out string? fault)) yield return block.Decode();
    }
}
