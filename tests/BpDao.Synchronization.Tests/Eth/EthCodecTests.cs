using BpDao.Core;
using BpDao.Testing;
using CsCheck;
using Xunit;

namespace BpDao.Synchronization.Tests;

/// <summary>Messages of eth: what is written is read, and nothing else.</summary>
public sealed class EthCodecTests
{
    private static readonly Gen<Hash256> Hash = Gen.Byte.Array[Hash256.Size].Select(b => new Hash256(b));

    private static readonly Gen<EthStatus> Status = Gen.Select(
        Gen.ULong, Hash, Gen.UInt, Gen.ULong, Gen.ULong, Gen.ULong, (network, hash, fork, next, a, b) =>
            new EthStatus(network, hash, new ForkId(fork, next), a, new BlockRange(Math.Min(a, b), Math.Max(a, b), hash)));

    private static readonly Gen<HeadersQuery> Query = Gen.Select(
        Hash, Gen.ULong, Gen.ULong, Gen.ULong, Gen.Bool, Gen.Bool, (hash, number, limit, skip, reverse, byHash) =>
            new HeadersQuery(byHash ? hash : null, byHash ? 0 : number, limit, skip, reverse));

    private static readonly Gen<Receipt> OneReceipt = Gen.Select(
        Gen.Int[0, 4], Gen.Bool, Gen.ULong, Hash, Gen.Byte.Array[0, 300], (type, success, gas, topic, data) =>
        {
            LogEntry[] logs = [new LogEntry(Address.FromNumber(7), [topic], data)];
            return new Receipt { Type = (TxType)type, Success = success, CumulativeGasUsed = gas, Logs = logs, Bloom = Bloom.Of(logs) };
        });

    [Theory]
    [InlineData(68)]
    [InlineData(69)]
    public void A_status_is_read_as_it_was_written(int version) => Status.Sample(status =>
    {
        Assert.True(EthStatus.TryDecode(version, status.Encode(version), out EthStatus? read));
        EthStatus expected = version >= 69
            ? status with { TotalDifficulty = UInt256.Zero }
            : status with { Range = new BlockRange(0, 0, status.Range.LatestHash) };
        Assert.Equal(expected, read);
        Assert.False(EthStatus.TryDecode(137 - version, status.Encode(version), out _));
    });

    [Fact]
    public void A_question_for_headers_is_read_as_it_was_written() => Gen.Select(Gen.ULong, Query).Sample((id, query) =>
    {
        Assert.True(EthCodec.TryDecodeQuery(EthCodec.EncodeQuery(id, query), out ulong readId, out HeadersQuery read));
        Assert.Equal((id, query), (readId, read));
    });

    [Fact]
    public void Hashes_beyond_the_limit_are_read_over() => Gen.Select(Gen.ULong, Hash.List[0, 40]).Sample((id, hashes) =>
    {
        Assert.True(EthCodec.TryDecodeHashes(EthCodec.EncodeHashes(id, hashes), 20, out ulong readId, out List<Hash256> read));
        Assert.Equal(id, readId);
        Assert.Equal(hashes.Take(20), read);
    });

    [Fact]
    public void An_announcement_is_read_as_it_was_written() =>
        Gen.Select(Hash, Gen.Byte[0, 4], Gen.UInt).Select((hash, type, size) => new AnnouncedTransaction(hash, type, size)).List[0, 50].Sample(announced =>
        {
            Assert.True(TransactionMessages.TryDecodeAnnouncement(TransactionMessages.EncodeAnnouncement(announced), out List<AnnouncedTransaction> read));
            Assert.Equal(announced, read);
        });

    [Fact]
    public void An_announcement_of_too_many_is_malformed()
    {
        AnnouncedTransaction[] many = [.. Enumerable.Repeat(new AnnouncedTransaction(Hash256.Zero, 2, 100), EthLimits.Announced + 1)];

        Assert.True(TransactionMessages.TryDecodeAnnouncement(TransactionMessages.EncodeAnnouncement(many[1..]), out _));
        Assert.False(TransactionMessages.TryDecodeAnnouncement(TransactionMessages.EncodeAnnouncement(many), out _));
    }

    [Theory]
    [InlineData(68)]
    [InlineData(69)]
    public void Receipts_of_both_forms_are_read_as_they_were_written(int version) => OneReceipt.Sample(receipt =>
    {
        RlpWriter w = new();
        EthReceiptCodec.Write(w, version, receipt);
        RlpReader r = new(w.WrittenSpan);
        Assert.True(EthReceiptCodec.TryRead(ref r, version, out Receipt? read) && r.AtEnd);
        // The bloom of eth/69 is made of the logs.
        Assert.Equal(ReceiptCodec.Encode(receipt), ReceiptCodec.Encode(read));
    });

    [Fact]
    public void Transactions_are_read_all_or_none()
    {
        RlpWriter w = new();
        w.StartList();
        new EncodedTransaction(Build.Transaction().Signed()).Write(w);
        new EncodedTransaction(Build.Transaction().Legacy(5).WithNonce(1).Signed()).Write(w);
        byte[] good = w.EndList().ToArray();

        Assert.True(TransactionMessages.TryDecode(good, out List<Transaction>? read));
        Assert.Equal([TxType.DynamicFee, TxType.Legacy], read.Select(t => t.Type));
        Assert.False(TransactionMessages.TryDecode(good.AsSpan(1), out _));
        Assert.False(TransactionMessages.TryDecode([.. good, 0], out _));
        Assert.False(TransactionMessages.TryDecode([0xc1, 0x80], out _));
    }

    [Fact]
    public void More_transactions_than_a_message_may_hold_are_malformed()
    {
        EncodedTransaction tx = new(Build.Transaction().Legacy(5).Signed());
        byte[] Of(int count)
        {
            RlpWriter w = new();
            w.StartList();
            for (int i = 0; i < count; i++) tx.Write(w);
            return w.EndList().ToArray();
        }

        Assert.True(TransactionMessages.TryDecode(Of(EthLimits.Transactions), out _));
        Assert.False(TransactionMessages.TryDecode(Of(EthLimits.Transactions + 1), out _));
    }

    // The first two are not signed; the sixth and seventh carry blobs and make a contract, which EIP-4844 forbids.
    [FixtureTheory("p2p.zip")]
    [InlineData("ptx0", false)]
    [InlineData("ptx1", false)]
    [InlineData("ptx2", true)]
    [InlineData("ptx3", true)]
    [InlineData("ptx4", true)]
    [InlineData("ptx5", true)]
    [InlineData("ptx6", false)]
    [InlineData("ptx7", false)]
    [InlineData("ptx8", true)]
    [InlineData("invalid_blobsbundle_type", false)]
    public void Pooled_transactions_of_the_suites_are_read(string name, bool sound)
    {
        using var zip = Fixtures.Open("p2p.zip");
        using StreamReader file = new(zip.GetEntry($"nimbus/pooled_tx/{name}.rlp")!.Open());
        byte[] canonical = Convert.FromHexString(file.ReadToEnd().Trim());
        byte[] inList = canonical[0] >= 0xc0 ? canonical : new RlpWriter().Write(canonical).ToArray();

        RlpReader reader = new(inList);
        bool ok = PooledTransactionCodec.TryRead(ref reader, out Transaction? tx) && reader.AtEnd;

        Assert.Equal(sound, ok);
        if (ok) Assert.Equal(canonical[0] >= 0xc0 ? TxType.Legacy : (TxType)canonical[0], tx!.Type);
    }

    [Fact]
    public void A_blob_transaction_is_read_with_its_blobs_of_both_forms()
    {
        Transaction blob = Build.Transaction().WithType(TxType.Blob).With(tx => tx with { BlobVersionedHashes = [Hash256.Zero, Hash256.Zero] }).Signed();
        byte[] body = TransactionCodec.Encode(blob)[1..];
        foreach ((ulong? version, int proofs, int blobs, bool sound) in ((ulong?, int, int, bool)[])
            [(null, 2, 2, true), (1, 256, 2, true), (null, 2, 1, false), (null, 1, 2, false), (2, 256, 2, false)])
        {
            RlpWriter w = new();
            w.WriteRaw([(byte)TxType.Blob]).StartList().WriteRaw(body);
            if (version is { } number) w.Write(number);
            foreach ((int count, int bytes) in ((int, int)[])[(blobs, 131_072), (blobs, 48), (proofs, 48)])
            {
                w.StartList();
                for (int i = 0; i < count; i++) w.Write(new byte[bytes]);
                w.EndList();
            }

            RlpReader reader = new(new RlpWriter().Write(w.EndList().WrittenSpan).ToArray());
            Assert.Equal(sound, PooledTransactionCodec.TryRead(ref reader, out Transaction? read) && reader.AtEnd);
            if (sound) Assert.Equal(blob.Hash, read!.Hash);
        }
    }
}
