using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using Snappier;

namespace BpDao.Blockchain.Archives;

/// <summary>The framing format of Snappy (google/snappy, framing_format.txt), in which archives keep their entries: a stream identifier,
/// then chunks of at most 64 KiB, each with a checksum of what it holds.</summary>
internal static class SnappyFrames
{
    private const byte CompressedChunk = 0x00, PlainChunk = 0x01, FirstSkippableChunk = 0x80, IdentifierChunk = 0xff;
    private const int ChunkHeader = 4, Checksum = 4, LargestPayload = 65536;

    private static readonly byte[] Identifier = [IdentifierChunk, 6, 0, 0, .. "sNaPpY"u8];

    /// <summary>False when the input is no sound sequence of chunks, or holds more than <paramref name="maxLength"/> bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> framed, int maxLength, out byte[] content)
    {
        content = [];
        if (!framed.StartsWith(Identifier)) return false;
        ArrayBufferWriter<byte> output = new(Math.Max(256, framed.Length * 2));
        for (framed = framed[Identifier.Length..]; !framed.IsEmpty;)
        {
            if (framed.Length < ChunkHeader) return false;
            (byte type, int length) = (framed[0], framed[1] | (framed[2] << 8) | (framed[3] << 16));
            if (framed.Length - ChunkHeader < length) return false;
            ReadOnlySpan<byte> chunk = framed.Slice(ChunkHeader, length);
            framed = framed[(ChunkHeader + length)..];

            if (type is CompressedChunk or PlainChunk)
            {
                if (length < Checksum || !TryDecodeChunk(chunk, type == CompressedChunk, output) || output.WrittenCount > maxLength) return false;
            }
            else if (type < FirstSkippableChunk)
            {
                return false;
            }
        }

        content = output.WrittenSpan.ToArray();
        return true;
    }

    /// <summary>A chunk stays plain where compressing saves less than an eighth: so do the writers of published archives.</summary>
    public static void Encode(ReadOnlySpan<byte> content, IBufferWriter<byte> output)
    {
        output.Write(Identifier);
        while (!content.IsEmpty)
        {
            ReadOnlySpan<byte> payload = content[..Math.Min(content.Length, LargestPayload)];
            content = content[payload.Length..];
            Span<byte> chunk = output.GetSpan(ChunkHeader + Checksum + Snappy.GetMaxCompressedLength(payload.Length));
            int length = Snappy.Compress(payload, chunk[(ChunkHeader + Checksum)..]);
            bool plain = length >= payload.Length - (payload.Length / 8);
            if (plain)
            {
                payload.CopyTo(chunk[(ChunkHeader + Checksum)..]);
                length = payload.Length;
            }

            BinaryPrimitives.WriteInt32LittleEndian(chunk, (Checksum + length) << 8);
            chunk[0] = plain ? PlainChunk : CompressedChunk;
            BinaryPrimitives.WriteUInt32LittleEndian(chunk[ChunkHeader..], MaskedChecksum(payload));
            output.Advance(ChunkHeader + Checksum + length);
        }
    }

    private static bool TryDecodeChunk(ReadOnlySpan<byte> chunk, bool compressed, ArrayBufferWriter<byte> output)
    {
        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(chunk);
        chunk = chunk[Checksum..];
        int length = compressed ? DecompressedLength(chunk) : chunk.Length;
        if (length is 0 or > LargestPayload) return length == 0 && chunk.Length <= 1;
        Span<byte> payload = output.GetSpan(length)[..length];
        if (compressed ? !TryDecompress(chunk, payload) : !chunk.TryCopyTo(payload)) return false;
        if (MaskedChecksum(payload) != checksum) return false;
        output.Advance(length);
        return true;
    }

    private static bool TryDecompress(ReadOnlySpan<byte> compressed, Span<byte> payload)
    {
        try
        {
            return Snappy.TryDecompress(compressed, payload, out int written) && written == payload.Length;
        }
        catch (InvalidDataException)
        {
            return false; // the library's word for malformed input; false is that the payload is too short
        }
    }

    /// <summary>The number at the beginning of compressed data, seven bits a byte; more than a chunk may hold when it is none.</summary>
    private static int DecompressedLength(ReadOnlySpan<byte> compressed)
    {
        int length = 0;
        for (int i = 0; i < Math.Min(3, compressed.Length); i++)
        {
            length |= (compressed[i] & 0x7f) << (7 * i);
            if (compressed[i] < 0x80) return length;
        }

        return int.MaxValue;
    }

    /// <summary>CRC-32C, rotated and offset, so that a checksum of data with checksums in it is no weaker.</summary>
    private static uint MaskedChecksum(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        foreach (byte b in data) crc = BitOperations.Crc32C(crc, b);
        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }
}
