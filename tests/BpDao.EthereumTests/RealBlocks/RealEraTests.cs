using System.IO.Compression;
using BpDao.Blockchain.Archives;
using BpDao.Core;
using BpDao.Testing;
using Xunit;

namespace BpDao.EthereumTests.RealBlocks;

/// <summary>The published era1 archives of mainnet and sepolia.</summary>
public sealed class RealEraTests
{
    private const string Archive = "real-era1.zip";

    public static TheoryData<string> Files() => RealBlock.Paths(Archive, "", ".era1");

    [FixtureTheory(Archive)]
    [MemberData(nameof(Files))]
    public void A_published_archive_is_sound_and_every_block_is_read(string path)
    {
        using BlockArchive archive = Open(path);
        Assert.True(archive.TryVerify(out string? fault), fault);
        Assert.Equal(8192u, archive.Count);
        ulong number = archive.First;
        while (archive.TryReadNext(out ArchivedBlock? block, out fault))
        {
            Assert.Equal(number++, block.Header.Number);
            Assert.NotNull(block.Decode());
        }

        Assert.Null(fault);
        Assert.Equal(archive.Last + 1, number);
    }

    private static BlockArchive Open(string path)
    {
        using ZipArchive zip = Fixtures.Open(Archive);
        using Stream stored = zip.GetEntry(path)!.Open();
        MemoryStream content = new();
        stored.CopyTo(content);
        content.Position = 0;
        Assert.True(BlockArchive.TryOpen(content, out BlockArchive? archive, out string? fault), fault);
        return archive;
    }
}
