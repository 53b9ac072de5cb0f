using CsCheck;
using Xunit;

namespace BpDao.Core.Tests;

/// <summary>Each codec: what it writes it reads, and whatever it reads has no other encoding, even when somebody meddled with the bytes.</summary>
public sealed class CodecTests
{
    private delegate bool Reencode(ReadOnlySpan<byte> encoded, out byte[] again);

    [Fact]
    public void Transactions() => Holds(Samples.Transaction, TransactionCodec.Encode, ReencodeTransaction);

    [Fact]
    public void Headers() => Holds(Samples.Header, HeaderCodec.Encode, ReencodeHeader);

    [Fact]
    public void Blocks() => Holds(Samples.Block, BlockCodec.Encode, ReencodeBlock);

    [Fact]
    public void Bodies() => Holds(Samples.Block.Select(block => block.Body), BlockCodec.EncodeBody, ReencodeBody);

    [Fact]
    public void Receipts() => Holds(Samples.Receipt, ReceiptCodec.Encode, ReencodeReceipt);

    [Fact]
    public void The_fields_of_a_transaction_survive() => Samples.Transaction.Sample(tx =>
        TransactionCodec.TryDecode(TransactionCodec.Encode(tx), out Transaction? read) && read!.Hash == tx.Hash && read.Type == tx.Type
        && read.ChainId == tx.ChainId && read.Nonce == tx.Nonce && read.MaxPriorityFeePerGas == tx.MaxPriorityFeePerGas
        && read.MaxFeePerGas == tx.MaxFeePerGas && read.GasLimit == tx.GasLimit && read.To == tx.To && read.Value == tx.Value
        && read.Data.Span.SequenceEqual(tx.Data.Span) && read.MaxFeePerBlobGas == tx.MaxFeePerBlobGas && read.Signature == tx.Signature
        && read.BlobVersionedHashes.SequenceEqual(tx.BlobVersionedHashes) && read.AuthorizationList.SequenceEqual(tx.AuthorizationList)
        && read.AccessList.Count == tx.AccessList.Count
        && read.AccessList.Zip(tx.AccessList).All(p => p.First.Address == p.Second.Address && p.First.StorageKeys.SequenceEqual(p.Second.StorageKeys)),
        iter: 1000);

    [Fact]
    public void The_fields_of_a_header_survive() => Samples.Header.Sample(h =>
    {
        RlpReader reader = new(HeaderCodec.Encode(h));
        return HeaderCodec.TryRead(ref reader, out BlockHeader? read) && reader.AtEnd && read!.Hash == h.Hash && read.Number == h.Number
            && read.Beneficiary == h.Beneficiary && read.Timestamp == h.Timestamp && read.GasLimit == h.GasLimit && read.GasUsed == h.GasUsed
            && read.StateRoot == h.StateRoot && read.MixHash == h.MixHash && read.Nonce == h.Nonce && read.BaseFeePerGas == h.BaseFeePerGas
            && read.WithdrawalsRoot == h.WithdrawalsRoot && read.ExcessBlobGas == h.ExcessBlobGas && read.BlobGasUsed == h.BlobGasUsed
            && read.ParentBeaconBlockRoot == h.ParentBeaconBlockRoot && read.RequestsHash == h.RequestsHash;
    }, iter: 500);

    [Fact]
    public void Copies_compute_their_own_hash()
    {
        Transaction tx = Samples.Transaction.Single();
        Hash256 before = tx.Hash;
        Assert.NotEqual(before, (tx with { GasLimit = tx.GasLimit ^ 1 }).Hash);
        BlockHeader header = Samples.Header.Single();
        Hash256 hash = header.Hash;
        Assert.NotEqual(hash, (header with { GasUsed = header.GasUsed ^ 1 }).Hash);
    }

    private static void Holds<T>(Gen<T> items, Func<T, byte[]> encode, Reencode reencode)
    {
        items.Sample(item =>
        {
            byte[] encoded = encode(item);
            return reencode(encoded, out byte[] again) && again.AsSpan().SequenceEqual(encoded);
        }, iter: 200);

        Gen.Select(items, Gen.Int[0, int.MaxValue], Gen.Byte).Sample((item, at, value) =>
        {
            byte[] encoded = encode(item);
            encoded[at % encoded.Length] = value;
            return !reencode(encoded, out byte[] again) || again.AsSpan().SequenceEqual(encoded);
        }, iter: 1000);

        Gen.Select(items, Gen.Int[0, int.MaxValue], Gen.Byte).Sample((item, cut, extra) =>
        {
            byte[] encoded = encode(item);
            return !reencode(encoded.AsSpan(0, cut % encoded.Length), out _) && !reencode([.. encoded, extra], out _);
        }, iter: 300);
    }

    private static bool ReencodeTransaction(ReadOnlySpan<byte> encoded, out byte[] again)
    {
        bool ok = TransactionCodec.TryDecode(encoded, out Transaction? tx);
        again = ok ? TransactionCodec.Encode(tx!) : [];
        return ok;
    }

    private static bool ReencodeHeader(ReadOnlySpan<byte> encoded, out byte[] again)
    {
        RlpReader reader = new(encoded);
        bool ok = HeaderCodec.TryRead(ref reader, out BlockHeader? header) && reader.AtEnd;
        again = ok ? HeaderCodec.Encode(header!) : [];
        return ok;
    }

    private static bool ReencodeBlock(ReadOnlySpan<byte> encoded, out byte[] again)
    {
        bool ok = BlockCodec.TryDecode(encoded, out Block? block);
        again = ok ? BlockCodec.Encode(block!) : [];
        return ok;
    }

    private static bool ReencodeBody(ReadOnlySpan<byte> encoded, out byte[] again)
    {
        bool ok = BlockCodec.TryDecodeBody(encoded, out BlockBody? body);
        again = ok ? BlockCodec.EncodeBody(body!) : [];
        return ok;
    }

    private static bool ReencodeReceipt(ReadOnlySpan<byte> encoded, out byte[] again)
    {
        bool ok = ReceiptCodec.TryDecode(encoded, out Receipt? receipt);
        again = ok ? ReceiptCodec.Encode(receipt!) : [];
        return ok;
    }
}
