using System.Security.Cryptography;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network.Rlpx;

/// <summary>One direction of a session: frames are sealed, or opened, in the order they travel (rlpx.md, Framing).</summary>
/// <remarks>A frame is <c>header:16 ‖ MAC:16 ‖ data, zero-filled to 16 ‖ MAC:16</c>; the header is <c>length of data:3 big-endian ‖ 0xc28080 ‖ zeros</c>.
/// All but the MACs is one AES-256-CTR stream with an initial counter of zero. Not thread-safe.</remarks>
internal sealed class FrameCipher(ReadOnlySpan<byte> aesSecret, ReadOnlySpan<byte> macSecret, KeccakHasher mac) : IDisposable
{
    /// <summary>A header with its MAC.</summary>
    public const int HeaderSize = Block + FrameMac.Size;

    /// <summary>Most that a header can say.</summary>
    public const int MaxDataLength = 0xff_ffff;

    private const int Block = 16;

    private readonly AesCtr _aes = new(aesSecret, new byte[Block]);
    private readonly FrameMac _mac = new(macSecret, mac);

    /// <summary>Bytes of a frame behind its header: padded data and MAC.</summary>
    public static int BodySize(int dataLength) => ((dataLength + Block - 1) & -Block) + FrameMac.Size;

    /// <summary>Bytes of a whole frame.</summary>
    public static int FrameSize(int dataLength) => HeaderSize + BodySize(dataLength);

    /// <summary>Makes a frame in place, around data that stands behind room for its header.</summary>
    /// <param name="frame">Exactly <see cref="FrameSize"/> bytes.</param>
    public void Seal(Span<byte> frame, int dataLength)
    {
        Span<byte> header = frame[..Block], body = frame[HeaderSize..^FrameMac.Size];
        header.Clear();
        (header[0], header[1], header[2]) = ((byte)(dataLength >> 16), (byte)(dataLength >> 8), (byte)dataLength);
        (header[3], header[4], header[5]) = (0xc2, 0x80, 0x80);
        body[dataLength..].Clear();

        _aes.Transform(header);
        _mac.Header(header, frame[Block..HeaderSize]);
        _aes.Transform(body);
        _mac.Body(body, frame[^FrameMac.Size..]);
    }

    /// <summary>Opens a header of <see cref="HeaderSize"/> bytes in place; false when its MAC is wrong, and the session is lost then.</summary>
    public bool TryOpenHeader(Span<byte> header, out int dataLength)
    {
        dataLength = 0;
        Span<byte> mac = stackalloc byte[FrameMac.Size];
        _mac.Header(header[..Block], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, header[Block..])) return false;
        _aes.Transform(header[..Block]);
        dataLength = (header[0] << 16) | (header[1] << 8) | header[2];
        return true;
    }

    /// <summary>Opens a body of <see cref="BodySize"/> bytes in place; false when its MAC is wrong, and the session is lost then.</summary>
    public bool TryOpenBody(Span<byte> body)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.Wire);
        Span<byte> mac = stackalloc byte[FrameMac.Size];
        _mac.Body(body[..^FrameMac.Size], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, body[^FrameMac.Size..])) return false;
        _aes.Transform(body[..^FrameMac.Size]);
        return true;
    }

    public void Dispose()
    {
        _aes.Dispose();
        _mac.Dispose();
    }
}
