using System.Buffers;
using BpDao.Network.Transport;

namespace BpDao.Network.Rlpx;

/// <summary>Why there is no frame.</summary>
internal enum FrameStatus
{
    Ok,

    /// <summary>The connection has ended.</summary>
    End,

    /// <summary>Longer than the limit; not a byte of it was read.</summary>
    TooLong,
    WrongMac,
}

/// <summary>Takes frames off a connection. Memory follows what has arrived, never what was announced: at most twice the bytes received of a frame,
/// and <see cref="RestingSize"/> between frames. Not thread-safe.</summary>
internal sealed class FrameReader(IConnection connection, FrameCipher cipher) : IDisposable
{
    /// <summary>Bytes held while there is little to do.</summary>
    public const int RestingSize = 16 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(RestingSize);
    private int _start, _end;

    /// <summary>Bytes that are held now.</summary>
    public int BufferSize => _buffer.Length;

    /// <summary>The next frame's data, valid until the next call. After anything but <see cref="FrameStatus.Ok"/> the session is lost.</summary>
    public async ValueTask<(FrameStatus Status, ReadOnlyMemory<byte> Data)> ReadAsync(int maxDataLength)
    {
        GiveBackRoom();
        if (!await FillAsync(FrameCipher.HeaderSize)) return (FrameStatus.End, default);
        if (!cipher.TryOpenHeader(_buffer.AsSpan(_start, FrameCipher.HeaderSize), out int length)) return (FrameStatus.WrongMac, default);
        if (length > maxDataLength) return (FrameStatus.TooLong, default);
        _start += FrameCipher.HeaderSize;

        int bodySize = FrameCipher.BodySize(length);
        if (!await FillAsync(bodySize)) return (FrameStatus.End, default);
        if (!cipher.TryOpenBody(_buffer.AsSpan(_start, bodySize))) return (FrameStatus.WrongMac, default);
        ReadOnlyMemory<byte> data = _buffer.AsMemory(_start, length);
        _start += bodySize;
        return (FrameStatus.Ok, data);
    }

    public void Dispose()
    {
        byte[] buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        cipher.Dispose();
    }

    /// <summary>Reads until so many bytes are there.</summary>
    private async ValueTask<bool> FillAsync(int length)
    {
        while (_end - _start < length)
        {
            MakeRoom(length);
            int read = await connection.ReadAsync(_buffer.AsMemory(_end));
            if (read == 0) return false;
            _end += read;
        }

        return true;
    }

    private void MakeRoom(int length)
    {
        if (_end < _buffer.Length && _buffer.Length - _start >= Math.Min(length, RestingSize)) return;
        int held = _end - _start;
        if (held <= _buffer.Length / 2)
        {
            _buffer.AsSpan(_start, held).CopyTo(_buffer);
            (_start, _end) = (0, held);
            return;
        }

        Replace(Math.Min(Math.Max(length, RestingSize), 2 * _buffer.Length));
    }

    /// <summary>A large frame is done with: its room goes back.</summary>
    private void GiveBackRoom()
    {
        if (_buffer.Length > 4 * RestingSize && _end - _start <= RestingSize / 2) Replace(RestingSize);
    }

    private void Replace(int size)
    {
        byte[] next = ArrayPool<byte>.Shared.Rent(size);
        int held = _end - _start;
        _buffer.AsSpan(_start, held).CopyTo(next);
        ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _start, _end) = (next, 0, held);
    }
}
