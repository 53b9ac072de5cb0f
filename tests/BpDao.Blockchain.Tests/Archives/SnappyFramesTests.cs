using System.Buffers;
using BpDao.Blockchain.Archives;
using BpDao.Core;
using CsCheck;
using Xunit;

namespace BpDao.Blockchain.Tests.Archives;

public sealed class SnappyFramesTests
{
    private static readonly Gen<byte[]> Contents = Gen.Frequency(
        (3, Gen.Byte.Array[0, 2000]),
        (2, Gen.Select(Gen.Byte.Array[1, 40], Gen.Int[1, 6000], (part, times) => Enumerable.Repeat(part, times).SelectMany(b => b).ToArray())));

    private const int FirstPayload = 10 + 4;

    /// <summary>The body of a block without transactions and ommers, as published archives have it.</summary>
    private const string PublishedEmptyBody = "0xff060000734e6150705901070000f8322cdcc2c0c0";

    [Fact]
    public void Any_content_comes_back() => Contents.Sample(
        content => SnappyFrames.TryDecode(Encode(content), content.Length, out byte[] back) && back.AsSpan().SequenceEqual(content), iter: 300);

    [Fact]
    public void Content_beyond_the_limit_is_refused() => Contents.Where(c => c.Length > 0).Sample(
        content => !SnappyFrames.TryDecode(Encode(content), content.Length - 1, out _), iter: 100);

    /// <summary>Not in the head of a chunk: it may turn into a kind that readers pass over.</summary>
    [Fact]
    public void A_bit_of_the_content_that_changed_is_noticed() => Gen.Select(Contents.Where(c => c.Length is > 0 and < 65536), Gen.Int[0, 7], Gen.Int[0, int.MaxValue]).Sample(
        (content, bit, place) =>
        {
            byte[] framed = Encode(content);
            framed[FirstPayload + (place % (framed.Length - FirstPayload))] ^= (byte)(1 << bit);
            // In what repeats itself, a copy from elsewhere may give the same.
            return !SnappyFrames.TryDecode(framed, int.MaxValue, out byte[] back) || back.AsSpan().SequenceEqual(content);
        },
        iter: 300);

    [Fact]
    public void Writes_and_reads_what_published_archives_hold()
    {
        Assert.Equal(PublishedEmptyBody, Hex.Encode(Encode([0xc2, 0xc0, 0xc0])));
        Assert.True(SnappyFrames.TryDecode(Hex.Decode(PublishedEmptyBody), 3, out byte[] body));
        Assert.Equal([0xc2, 0xc0, 0xc0], body);
    }

    [Theory]
    [InlineData("0x")]
    [InlineData("0xff060000734e615070")]
    [InlineData("0xff060000734e6150705901070000f8322cdcc2c0")]
    [InlineData("0xff060000734e6150705902070000f8322cdcc2c0c0")]
    [InlineData("0xff060000734e615070590002000011")]
    public void What_is_no_stream_of_frames_is_refused(string framed) => Assert.False(SnappyFrames.TryDecode(Hex.Decode(framed), 100, out _));

    private static byte[] Encode(byte[] content)
    {
        ArrayBufferWriter<byte> output = new();
        SnappyFrames.Encode(content, output);
        return output.WrittenSpan.ToArray();
    }
}
