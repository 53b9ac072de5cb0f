using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Core;
using BpDao.State;
using BpDao.Testing;
using Xunit;

namespace BpDao.EthereumTests.RealBlocks;

/// <summary>Headers, bodies and receipts of mainnet, Berlin to Prague: what the header commits to is what the body and the receipts give.</summary>
public sealed class RealBlockDataTests
{
    private const string Archive = "real-mainnet.zip";

    public static TheoryData<string> Blocks() => RealBlock.Paths(Archive, "block-data/", ".json");

    [FixtureTheory(Archive)]
    [MemberData(nameof(Blocks))]
    public void A_header_commits_to_its_body_and_receipts(string path)
    {
        using JsonDocument file = Fixtures.ReadJson(Archive, path);
        byte[] header = Bytes(file, "header"), body = Bytes(file, "body");
        RlpReader reader = new(header);
        Assert.True(HeaderCodec.TryRead(ref reader, out BlockHeader? h));
        Assert.True(BlockCodec.TryDecodeBody(body, out BlockBody? b));

        Assert.Equal(file.RootElement.GetProperty("hash").GetString(), h!.Hash.ToString());
        Assert.Equal(header, HeaderCodec.Encode(h));
        Assert.Equal(body, BlockCodec.EncodeBody(b!));
        Assert.Equal(h.TransactionsRoot, BodyRoots.OfTransactions(b!.Transactions));
        Assert.Equal(h.OmmersHash, BodyRoots.OfOmmers(b.Ommers));
        Assert.Equal(h.WithdrawalsRoot, b.Withdrawals is { } withdrawals ? BodyRoots.OfWithdrawals(withdrawals) : null);
        List<Receipt> receipts = ReadReceipts(Bytes(file, "receipts"));
        Assert.Equal(h.ReceiptsRoot, OrderedTrie.Root([.. receipts.Select(r => (ReadOnlyMemory<byte>)ReceiptCodec.Encode(r))]));
        Assert.Equal(h.GasUsed, receipts.LastOrDefault()?.CumulativeGasUsed ?? 0);
        Assert.Equal(h.LogsBloom, Bloom.Of(receipts.SelectMany(r => r.Logs)));
        Assert.Equal(Mainnet.Specs.GetSpec(h).IsPrague, h.RequestsHash is not null);
        if (h.RequestsHash is { } requests) Assert.Equal(BlockHeader.EmptyRequestsHash, requests);
    }

    /// <summary>The list of eth/69: [type, status or state root, cumulative gas, logs].</summary>
    private static List<Receipt> ReadReceipts(byte[] rlp)
    {
        List<Receipt> receipts = [];
        RlpReader outer = new(rlp);
        Assert.True(outer.TryReadList(out RlpReader items));
        while (!items.AtEnd)
        {
            Assert.True(items.TryReadList(out RlpReader r));
            Assert.True(r.TryReadUInt64(out ulong type));
            Assert.True(r.TryReadBytes(out ReadOnlySpan<byte> status));
            Assert.True(r.TryReadUInt64(out ulong gas));
            Assert.True(ReceiptCodec.TryReadLogs(ref r, out List<LogEntry> logs));
            receipts.Add(new Receipt
            {
                Type = (TxType)type, Success = status.Length == 1, CumulativeGasUsed = gas, Logs = logs, Bloom = Bloom.Of(logs),
            });
        }

        return receipts;
    }

    private static byte[] Bytes(JsonDocument file, string name) => Hex.Decode(file.RootElement.GetProperty(name).GetString()!);
}
