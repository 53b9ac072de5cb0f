using BpDao.Core;
using BpDao.Network.Rlpx;
using CsCheck;
using Snappier;
using Xunit;

namespace BpDao.Network.Tests.Rlpx;

public sealed class FrameCipherTests
{
    private static readonly Gen<byte[]> Keys = Gen.Byte.Array[32];
    private static readonly Gen<byte[]> Data = Gen.OneOf(Gen.Byte.Array[0, 100], Gen.Byte.Array[0, 5000]);

    [Fact]
    public void What_was_sealed_is_opened_frame_after_frame() =>
        Gen.Select(Keys, Keys, Data.Array[1, 20]).Sample((aes, mac, frames) =>
        {
            using FrameCipher sealer = new(aes, mac, default), opener = new(aes, mac, default);
            foreach (byte[] data in frames)
            {
                byte[] frame = Seal(sealer, data);
                Assert.Equal(0, frame.Length % 16);
                Assert.Equal(data, Open(opener, frame));
            }
        }, iter: 200);

    [Fact]
    public void A_bit_that_was_changed_is_noticed() =>
        Gen.Select(Keys, Keys, Data, Gen.Int[0, int.MaxValue]).Sample((aes, mac, data, bit) =>
        {
            using FrameCipher sealer = new(aes, mac, default), opener = new(aes, mac, default);
            byte[] frame = Seal(sealer, data);
            bit %= frame.Length * 8;
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(Open(opener, frame));
        }, iter: 500);

    [Fact]
    public void A_frame_that_is_repeated_left_out_or_moved_is_noticed()
    {
        byte[] key = Keccak256.Hash("key"u8).ToArray();
        using FrameCipher sealer = new(key, key, default);
        byte[][] frames = [Seal(sealer, [1]), Seal(sealer, [2]), Seal(sealer, [3])];
        foreach (int[] order in new[] { [0, 0], [1], [0, 2], (int[])[0, 1, 1] })
        {
            using FrameCipher opener = new(key, key, default);
            foreach (int i in order[..^1]) Assert.NotNull(Open(opener, frames[i]));
            Assert.Null(Open(opener, frames[order[^1]]));
        }
    }

    [Fact]
    public void Messages_of_any_code_and_payload_come_back() =>
        Gen.Select(Gen.OneOf(Gen.Int[0, 300], Gen.Int[0, int.MaxValue]), Gen.OneOf(Data, Gen.Byte.Select(b => Enumerable.Repeat(b, 100_000).ToArray())), Gen.Bool).Sample((code, payload, compress) =>
        {
            byte[] key = new byte[32];
            using FrameCipher sealer = new(key, key, default), opener = new(key, key, default);
            byte[] frame = new byte[MessageFrame.MaxFrameSize(payload.Length, compress)];
            int length = MessageFrame.Seal(sealer, code, payload, compress, frame);
            byte[] data = Open(opener, frame[..length])!;
            Assert.InRange(data.Length, 1, MessageFrame.MaxDataLength(payload.Length, compress));
            Assert.True(MessageFrame.TryReadCode(data, out ulong read, out ReadOnlySpan<byte> rest));
            Assert.Equal((ulong)code, read);
            Assert.Equal(payload, compress ? Decompress(rest) : rest.ToArray());
        }, iter: 300);

    [Fact]
    public void Any_bytes_may_be_said_to_be_compressed_ones() =>
        Gen.OneOf(Gen.Byte.Array[0, 200], Gen.Select(Gen.Byte.Array[1, 200], Gen.Int[0, 10_000], Gen.Byte).Select((plain, at, value) =>
        {
            byte[] compressed = Snappy.CompressToArray(plain);
            compressed[at % compressed.Length] = value;
            return compressed;
        })).Sample(bytes =>
        {
            if (MessageFrame.TryGetLength(bytes, out int length)) Assert.InRange(length, 0, 22 * bytes.Length);
            else return;
            if (MessageFrame.TryDecompress(bytes, length, out byte[]? plain)) Assert.True(plain.Length >= length);
        }, iter: 20_000);

    [Fact]
    public void A_payload_of_the_longest_kind_fits_into_a_frame_however_it_compresses()
    {
        Assert.True(MessageFrame.MaxDataLength(MessageFrame.MaxSentPayload, compress: true) < FrameCipher.MaxDataLength);
        byte[] zeros = new byte[MessageFrame.MaxPayload];
        Assert.True(MessageFrame.TryGetLength(Snappy.CompressToArray(zeros), out int length));
        Assert.Equal(zeros.Length, length);
    }

    private static byte[] Decompress(ReadOnlySpan<byte> compressed)
    {
        Assert.True(MessageFrame.TryGetLength(compressed, out int length));
        Assert.True(MessageFrame.TryDecompress(compressed, length, out byte[]? plain));
        return plain[..length];
    }

    private static byte[] Seal(FrameCipher sealer, byte[] data)
    {
        byte[] frame = new byte[FrameCipher.FrameSize(data.Length)];
        data.CopyTo(frame, FrameCipher.HeaderSize);
        sealer.Seal(frame, data.Length);
        return frame;
    }

    private static byte[]? Open(FrameCipher opener, byte[] frame)
    {
        frame = [.. frame];
        if (!opener.TryOpenHeader(frame.AsSpan(0, FrameCipher.HeaderSize), out int length)) return null;
        Assert.Equal(frame.Length, FrameCipher.FrameSize(length));
        return opener.TryOpenBody(frame.AsSpan(FrameCipher.HeaderSize)) ? frame[FrameCipher.HeaderSize..(FrameCipher.HeaderSize + length)] : null;
    }
}
