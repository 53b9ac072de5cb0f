using BpDao.Consensus;
using BpDao.Core;
using BpDao.Testing;
using CsCheck;
using Xunit;

namespace BpDao.Synchronization.Tests.Messages;

public sealed class SyncMessageCodecTests
{
    private static readonly BlockHeader Header = new() { Number = 7, ExtraData = new byte[32] };

    private static readonly Transaction Smallest = Build.Transaction().Legacy(1).Signed();

    private static readonly SyncAnswer[] Answers =
    [
        new TipAnswer(1, Header, new byte[] { 0xc0 }),
        new HeadersAnswer(2, [Header, Header with { Number = 8 }]),
        new BlocksAnswer(3, [new CertifiedBlock(new Block(Header, new BlockBody([], [], [])), new byte[] { 1, 2 })]),
        new EpochsAnswer(4, [new EpochBoundary(0, new EpochSpan(1, 16), null, new byte[] { 1 }), new EpochBoundary(1, new EpochSpan(17, 20), new EpochOpening(new byte[] { 5 }, [new byte[300]]), new byte[] { 1 })]),
        new ReceiptsAnswer(5, [[new byte[Bloom.Size], new byte[300]], []]),
    ];

    private static readonly int[] Codes = [SyncMessageCode.Tip, SyncMessageCode.Headers, SyncMessageCode.Blocks, SyncMessageCode.Epochs, SyncMessageCode.Receipts];

    [Fact]
    public void Every_answer_is_read_as_it_was_written()
    {
        foreach ((SyncAnswer answer, int code) in Answers.Zip(Codes))
        {
            byte[] encoded = SyncMessageCodec.Encode(answer);
            Assert.True(SyncMessageCodec.TryReadId(encoded, out ulong id));
            Assert.Equal(answer.Id, id);
            Assert.True(SyncMessageCodec.TryDecodeAnswer(code, encoded, out SyncAnswer? read), code.ToString("x"));
            Assert.Equal(encoded, SyncMessageCodec.Encode(read));
        }
    }

    [Fact]
    public void Every_question_is_read_as_it_was_written_and_one_for_nothing_is_none()
    {
        SyncQuestion question = new(9, 100, 64);
        Assert.True(SyncMessageCodec.TryDecodeQuestion(SyncMessageCode.GetBlocks, SyncMessageCodec.Encode(SyncMessageCode.GetBlocks, question), out SyncQuestion read));
        Assert.Equal(question, read);
        Assert.True(SyncMessageCodec.TryDecodeQuestion(SyncMessageCode.GetTip, SyncMessageCodec.Encode(SyncMessageCode.GetTip, question), out read));
        Assert.Equal(9ul, read.Id);
        Assert.False(SyncMessageCodec.TryDecodeQuestion(SyncMessageCode.GetBlocks, SyncMessageCodec.Encode(SyncMessageCode.GetBlocks, question with { Count = 0 }), out _));
    }

    [Fact]
    public void More_items_than_one_answer_may_hold_are_refused()
    {
        Assert.False(Decodes(SyncMessageCode.Headers, new HeadersAnswer(1, [.. Enumerable.Repeat(Header, SyncLimits.Headers + 1)])));
        Assert.False(Decodes(SyncMessageCode.Receipts, new ReceiptsAnswer(1, [.. Enumerable.Repeat(Array.Empty<ReadOnlyMemory<byte>>(), SyncLimits.Receipts + 1)])));
        Assert.False(Decodes(SyncMessageCode.Tip, new TipAnswer(1, Header, new byte[SyncLimits.Certificate + 1])));
    }

    [Fact]
    public void Receipts_shorter_than_a_receipt_can_be_are_refused_so_that_an_answer_s_length_bounds_how_many_there_are()
    {
        ReadOnlyMemory<byte>[] many = [.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[Bloom.Size - 1], 1_000)];
        Assert.False(Decodes(SyncMessageCode.Receipts, new ReceiptsAnswer(1, [many])));
        Assert.False(Decodes(SyncMessageCode.Epochs, new EpochsAnswer(1, [new EpochBoundary(1, new EpochSpan(17, 20), new EpochOpening(new byte[] { 5 }, many), new byte[] { 1 })])));
    }

    [Fact]
    public void Blocks_with_more_transactions_than_an_answer_may_hold_are_refused()
    {
        Block Of(int transactions) => new(Header, new BlockBody([.. Enumerable.Repeat(Smallest, transactions)], [], []));
        Assert.True(Decodes(SyncMessageCode.Blocks, new BlocksAnswer(1, [new CertifiedBlock(Of(SyncLimits.Transactions), default), new CertifiedBlock(Of(0), default)])));
        Assert.False(Decodes(SyncMessageCode.Blocks, new BlocksAnswer(1, [new CertifiedBlock(Of(SyncLimits.Transactions), default), new CertifiedBlock(Of(1), default)])));
    }

    [Fact]
    public void Changed_and_random_bytes_are_read_or_refused_and_never_throw()
    {
        byte[][] encoded = [.. Answers.Select(SyncMessageCodec.Encode)];
        Gen.Select(Gen.Int[0, Answers.Length - 1], Gen.Int[0, 4000], Gen.Byte, Gen.Byte.Array[0, 64]).Sample((which, at, value, noise) =>
        {
            byte[] changed = [.. encoded[which]];
            changed[at % changed.Length] = value;
            foreach (int code in Codes)
            {
                SyncMessageCodec.TryDecodeAnswer(code, changed, out _);
                SyncMessageCodec.TryDecodeAnswer(code, changed.AsSpan(0, at % changed.Length), out _);
                SyncMessageCodec.TryDecodeAnswer(code, noise, out _);
            }

            SyncMessageCodec.TryDecodeQuestion(SyncMessageCode.GetBlocks, noise, out _);
            SyncMessageCodec.TryReadId(noise, out _);
        }, iter: 3_000);
    }

    private static bool Decodes(int code, SyncAnswer answer) => SyncMessageCodec.TryDecodeAnswer(code, SyncMessageCodec.Encode(answer), out _);
}
