using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using BpDao.Core;
using Snappier;

namespace BpDao.Network.Rlpx;

/// <summary>A message as a frame's data: <c>rlp(code) ‖ payload</c>, the payload compressed after Hello (EIP-706).</summary>
internal static class MessageFrame
{
    /// <summary>Most bytes of a payload, however much a protocol allows (EIP-706).</summary>
    public const int MaxPayload = 16 * 1024 * 1024;

    /// <summary>Most bytes of a payload that fits into a frame however badly it compresses.</summary>
    public const int MaxSentPayload = 14_000_000;

    // A copy of 64 bytes takes three.
    private const int MaxExpansion = 22;
    private const int MaxCodeSize = 5;

    /// <summary>Bytes that a frame with this payload never exceeds.</summary>
    public static int MaxFrameSize(int payloadLength, bool compress) => FrameCipher.FrameSize(MaxDataLength(payloadLength, compress));

    /// <summary>Bytes of data that a frame with this payload never exceeds.</summary>
    public static int MaxDataLength(int payloadLength, bool compress) =>
        Math.Min(FrameCipher.MaxDataLength, MaxCodeSize + (compress ? Snappy.GetMaxCompressedLength(payloadLength) : payloadLength));

    /// <summary>Writes and seals a frame.</summary>
    /// <param name="destination">At least <see cref="MaxFrameSize"/> bytes.</param>
    /// <returns>The frame's length; 0 when the payload does not fit into a frame.</returns>
    public static int Seal(FrameCipher cipher, int code, ReadOnlySpan<byte> payload, bool compress, Span<byte> destination)
    {
        Span<byte> data = destination[FrameCipher.HeaderSize..];
        int codeSize = WriteCode(code, data), length;
        if (!compress)
        {
            if (codeSize + payload.Length > FrameCipher.MaxDataLength) return 0;
            payload.CopyTo(data[codeSize..]);
            length = payload.Length;
        }
        else if (!Snappy.TryCompress(payload, data[codeSize..], out length) || codeSize + length > FrameCipher.MaxDataLength)
        {
            return 0;
        }

        int size = FrameCipher.FrameSize(codeSize + length);
        cipher.Seal(destination[..size], codeSize + length);
        return size;
    }

    /// <summary>Takes a frame's data apart; false when there is no canonical number in front.</summary>
    public static bool TryReadCode(ReadOnlySpan<byte> data, out ulong code, out ReadOnlySpan<byte> payload)
    {
        RlpReader reader = new(data);
        bool ok = reader.TryReadUInt64(out code);
        payload = reader.Rest;
        return ok;
    }

    /// <summary>The length that compressed bytes say they have, without decompressing them; false when they do not begin with one, or with one that
    /// so few bytes cannot have.</summary>
    public static bool TryGetLength(ReadOnlySpan<byte> compressed, out int length) =>
        TryReadLength(compressed, out length) && length <= (long)MaxExpansion * compressed.Length;

    private static bool TryReadLength(ReadOnlySpan<byte> compressed, out int length)
    {
        length = 0;
        for (int i = 0; i < MaxCodeSize && i < compressed.Length; i++)
        {
            uint bits = compressed[i] & 0x7fu;
            if (i == 4 && bits > 7) return false;
            length |= (int)(bits << (7 * i));
            if (compressed[i] < 0x80) return true;
        }

        return false;
    }

    /// <summary>Decompresses into rented memory of a length that was checked before.</summary>
    /// <param name="rented">Goes back to the shared pool by the caller; null on failure.</param>
    public static bool TryDecompress(ReadOnlySpan<byte> compressed, int length, [NotNullWhen(true)] out byte[]? rented)
    {
        rented = ArrayPool<byte>.Shared.Rent(Math.Max(length, 1));
        if (IsDecompressed(compressed, rented.AsSpan(0, length))) return true;
        ArrayPool<byte>.Shared.Return(rented);
        rented = null;
        return false;
    }

    private static bool IsDecompressed(ReadOnlySpan<byte> compressed, Span<byte> output)
    {
        try
        {
            return Snappy.TryDecompress(compressed, output, out int written) && written == output.Length;
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            // The library's way to say that the bytes are malformed.
            return false;
        }
    }

    private static int WriteCode(int code, Span<byte> destination)
    {
        if (code is > 0 and < 0x80)
        {
            destination[0] = (byte)code;
            return 1;
        }

        int bytes = 0;
        for (int rest = code; rest > 0; rest >>= 8) bytes++;
        destination[0] = (byte)(0x80 + bytes);
        for (int i = bytes; i > 0; i--, code >>= 8) destination[i] = (byte)code;
        return 1 + bytes;
    }
}
