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
        using BlockArchive archive = Open(Read(path));
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

    /// <summary>Byte by byte but for the compression, which is each program's own.</summary>
    [FixtureTheory(Archive)]
    [MemberData(nameof(Files))]
    public void An_archive_that_is_written_again_holds_the_same(string path)
    {
        List<(E2StoreType Type, byte[] Content)> published = Records(Read(path));
        using MemoryStream again = new();
        Era1Writer writer = new(again);
        for (int i = 1; published[i].Type == E2StoreType.Header; i += 4)
        {
            RlpReader header = new(published[i].Content);
            Assert.True(HeaderCodec.TryRead(ref header, out BlockHeader? h));
            Assert.True(BlockCodec.TryDecodeBody(published[i + 1].Content, out BlockBody? body));
            writer.Add(new Block(h!, body!), ReadReceipts(published[i + 2].Content), EraAccumulator.ReadLittleEndian(published[i + 3].Content));
        }

        writer.Finish();
        List<(E2StoreType Type, byte[] Content)> written = Records(again.ToArray());
        Assert.Equal(published.Select(r => r.Type), written.Select(r => r.Type));
        Assert.All(published.Zip(written).SkipLast(1), pair => Assert.Equal(pair.First.Content, pair.Second.Content));
        using BlockArchive archive = Open(again.ToArray());
        Assert.True(archive.TryVerify(out string? fault), fault);
    }

    /// <summary>All records in order, decompressed.</summary>
    private static List<(E2StoreType Type, byte[] Content)> Records(ReadOnlySpan<byte> file)
    {
        List<(E2StoreType, byte[])> records = [];
        while (!file.IsEmpty)
        {
            Assert.True(E2StoreRecord.TryRead(file, out E2StoreRecord record));
            byte[] content = file.Slice(E2StoreRecord.HeadLength, (int)record.Length).ToArray();
            if (record.Type is E2StoreType.Header or E2StoreType.Body or E2StoreType.Receipts)
            {
                Assert.True(SnappyFrames.TryDecode(content, int.MaxValue, out content));
            }

            records.Add((record.Type, content));
            file = file[(E2StoreRecord.HeadLength + (int)record.Length)..];
        }

        return records;
    }

    private static List<Receipt> ReadReceipts(byte[] rlp)
    {
        List<Receipt> receipts = [];
        RlpReader outer = new(rlp);
        Assert.True(outer.TryReadList(out RlpReader items));
        while (!items.AtEnd)
        {
            ReadOnlySpan<byte> encoded;
            Assert.True(items.IsList ? items.TryReadRaw(out encoded) : items.TryReadBytes(out encoded));
            Assert.True(ReceiptCodec.TryDecode(encoded, out Receipt? receipt));
            receipts.Add(receipt!);
        }

        return receipts;
    }

    private static byte[] Read(string path)
    {
        using ZipArchive zip = Fixtures.Open(Archive);
        using Stream stored = zip.GetEntry(path)!.Open();
        using MemoryStream content = new();
        stored.CopyTo(content);
        return content.ToArray();
    }

    private static BlockArchive Open(byte[] file)
    {
        Assert.True(BlockArchive.TryOpen(new MemoryStream(file), out BlockArchive? archive, out string? fault), fault);
        return archive;
    }
}
