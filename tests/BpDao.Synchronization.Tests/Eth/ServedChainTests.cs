using System.IO.Compression;
using BpDao.Consensus.Ethash;
using BpDao.Core;
using BpDao.Db.Memory;
using BpDao.Specs;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.Synchronization.Tests;

/// <summary>The chain of the official protocol suite, served to another node over eth.</summary>
public sealed class ServedChainTests : IDisposable
{
    private const string Archive = "p2p.zip";

    private readonly CancellationTokenSource _stop = new(TimeSpan.FromMinutes(3));
    private readonly InMemoryHub _hub = new();
    private EthNode? _server, _client;

    public void Dispose()
    {
        _client?.Dispose();
        _server?.Dispose();
        _stop.Dispose();
    }

    [FixtureTheory(Archive)]
    [InlineData(68)]
    [InlineData(69)]
    public async Task Headers_bodies_and_receipts_come_as_they_are_stored(int version)
    {
        EthPeer peer = await ConnectAsync(version);
        TestChain chain = _server!.Chain;
        ulong head = chain.Head.Number;
        Assert.True(head > 500);

        Assert.Equal(Enumerable.Range(0, 5).Select(i => Header((ulong)i)), await Headers(peer, HeadersQuery.From(0, 5)));
        Assert.Equal([Header(7), Header(8)], await Headers(peer, HeadersQuery.From(Header(7).Hash, 2)));
        Assert.Equal([Header(10), Header(13), Header(16)], await Headers(peer, new HeadersQuery(null, 10, 3, 2, false)));
        Assert.Equal([Header(4), Header(2), Header(0)], await Headers(peer, new HeadersQuery(Header(4).Hash, 0, 9, 1, true)));
        Assert.Equal([Header(head - 1), Header(head)], await Headers(peer, HeadersQuery.From(head - 1, 100)));
        Assert.Equal([Header(1)], await Headers(peer, new HeadersQuery(null, 1, 5, ulong.MaxValue, false)));
        Assert.Equal([Header(1)], await Headers(peer, new HeadersQuery(null, 1, 5, ulong.MaxValue, true)));
        Assert.Empty(await Headers(peer, HeadersQuery.From(head + 1, 5)));
        Assert.Empty(await Headers(peer, HeadersQuery.From(Hash256.Zero, 5)));
        Assert.Empty(await Headers(peer, HeadersQuery.From(0, 0)));
        Assert.Equal((int)head + 1, (await Headers(peer, HeadersQuery.From(0, ulong.MaxValue))).Count);

        Hash256[] hashes = [.. Enumerable.Range(1, (int)head).Select(i => Header((ulong)i).Hash)];
        List<BlockBody> bodies = (await peer.GetBodiesAsync([Hash256.Zero, .. hashes], _stop.Token))!;
        for (int i = 0; i < bodies.Count; i++)
        {
            Assert.Equal(BlockCodec.EncodeBody(chain.Tree.BlockByHash(hashes[i])!.Body), BlockCodec.EncodeBody(bodies[i]));
        }

        Assert.Equal(hashes.Length, bodies.Count);

        // Block 11 has more receipts than a message may be long (eth/70 would split them): the answer ends before it.
        Assert.Equal(10, await CompareReceiptsAsync(peer, hashes));
        Assert.Equal(0, await CompareReceiptsAsync(peer, hashes[10..]));
        Assert.Equal(hashes.Length - 11, await CompareReceiptsAsync(peer, hashes[11..]));
    }

    [FixtureFact(Archive)]
    public async Task An_answer_stops_at_its_bounds()
    {
        EthPeer peer = await ConnectAsync(69);
        Hash256 longest = Enumerable.Range(1, (int)_server!.Chain.Head.Number).Select(i => Header((ulong)i).Hash)
            .MaxBy(h => _server.Chain.Tree.EncodedBodyOf(h)!.Length);
        int bytes = _server.Chain.Tree.EncodedBodyOf(longest)!.Length;

        List<BlockBody> bodies = (await peer.GetBodiesAsync([.. Enumerable.Repeat(longest, EthLimits.Blocks)], _stop.Token))!;

        int enough = (EthLimits.SoftAnswerBytes / bytes) + 1;
        Assert.InRange(bodies.Count, Math.Min(EthLimits.Blocks, enough) - 1, Math.Min(EthLimits.Blocks, enough));
    }

    /// <summary>How many blocks' receipts came, each as it is stored.</summary>
    private async Task<int> CompareReceiptsAsync(EthPeer peer, Hash256[] hashes)
    {
        List<IReadOnlyList<Receipt>> receipts = (await peer.GetReceiptsAsync(hashes, _stop.Token))!;
        for (int i = 0; i < receipts.Count; i++)
        {
            Assert.Equal(_server!.Chain.Tree.ReceiptsOf(hashes[i])!.Select(ReceiptCodec.Encode), receipts[i].Select(ReceiptCodec.Encode));
        }

        return receipts.Count;
    }

    private BlockHeader Header(ulong number) => _server!.Chain.Tree.HeaderByNumber(number)!;

    private async Task<List<BlockHeader>> Headers(EthPeer peer, HeadersQuery query) => (await peer.GetHeadersAsync(query, _stop.Token))!;

    private async Task<EthPeer> ConnectAsync(int version)
    {
        using ZipArchive zip = Fixtures.Open(Archive);
        Assert.True(ChainSpecFile.TryParse(Read(zip, "ethtest-chain/genesis.json"), needsGenesisHash: false, out ChainSpec? spec, out string? error), error);
        _server = new EthNode(_hub, "server", ChainOf(spec, Read(zip, "ethtest-chain/chain.rlp")), version);
        _client = new EthNode(_hub, "client", ChainOf(spec, []), version);
        await _client.WaitForPeersAsync(1, _stop.Token);
        return _client.PeerOf(_server);
    }

    private static TestChain ChainOf(ChainSpec spec, ReadOnlySpan<byte> blocks)
    {
        MemoryDb db = new();
        TestChain chain = new(spec, db, new EthashPlugin().CreateRules(spec, new Blockchain.EngineRecords(db)));
        RlpReader reader = new(blocks);
        while (!reader.AtEnd)
        {
            Block? block = null;
            Assert.True(reader.TryReadRaw(out ReadOnlySpan<byte> raw) && BlockCodec.TryDecode(raw, out block));
            if (block!.Number > 0) chain.Commit(block);
        }

        return chain;
    }

    private static byte[] Read(ZipArchive zip, string path)
    {
        using Stream file = zip.GetEntry(path)!.Open();
        using MemoryStream bytes = new();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }
}
