using System.Buffers.Binary;
using System.Numerics;

namespace BpDao.Core;

/// <summary>Builds canonical RLP (Yellow Paper appendix B). Lists are opened and closed; their length is filled in on closing.</summary>
public sealed class RlpWriter
{
    private byte[] _buffer;
    private int _length;
    private readonly Stack<int> _open = new();

    public RlpWriter(int capacity = 256) => _buffer = new byte[capacity];

    public int Length => _length;

    /// <summary>What was written so far; call it when every list is closed.</summary>
    public byte[] ToArray() => WrittenSpan.ToArray();

    public ReadOnlySpan<byte> WrittenSpan =>
        _open.Count == 0 ? _buffer.AsSpan(0, _length) : throw new InvalidOperationException("A list is still open.");

    /// <summary>Forgets everything written, keeps the buffer.</summary>
    public void Clear()
    {
        _length = 0;
        _open.Clear();
    }

    public RlpWriter StartList()
    {
        _open.Push(_length);
        return this;
    }

    public RlpWriter EndList()
    {
        int start = _open.Pop();
        int content = _length - start;
        int header = HeaderLength(content);
        Reserve(header);
        _buffer.AsSpan(start, content).CopyTo(_buffer.AsSpan(start + header));
        WriteHeader(_buffer.AsSpan(start), content, 0xc0);
        _length += header;
        return this;
    }

    public RlpWriter Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 1 && bytes[0] < 0x80) return WriteRaw(bytes);
        int header = HeaderLength(bytes.Length);
        Reserve(header + bytes.Length);
        WriteHeader(_buffer.AsSpan(_length), bytes.Length, 0x80);
        bytes.CopyTo(_buffer.AsSpan(_length + header));
        _length += header + bytes.Length;
        return this;
    }

    /// <summary>A scalar: big-endian without leading zeros.</summary>
    public RlpWriter Write(ulong value)
    {
        Reserve(1 + sizeof(ulong));
        if (value is > 0 and < 0x80)
        {
            _buffer[_length++] = (byte)value;
            return this;
        }

        int bytes = sizeof(ulong) - (BitOperations.LeadingZeroCount(value) / 8);
        _buffer[_length++] = (byte)(0x80 + bytes);
        // All eight bytes are written from where the number's own begin; what stands behind them is overwritten next.
        if (bytes > 0) BinaryPrimitives.WriteUInt64BigEndian(_buffer.AsSpan(_length), value << (8 * (sizeof(ulong) - bytes)));
        _length += bytes;
        return this;
    }

    /// <summary>A scalar: big-endian without leading zeros.</summary>
    public RlpWriter Write(in UInt256 value)
    {
        if (value.IsUInt64) return Write(value.L0);
        Span<byte> word = stackalloc byte[32];
        value.WriteBigEndian(word);
        return Write(word[(32 - ((value.BitLength + 7) / 8))..]);
    }

    public RlpWriter Write(in Hash256 hash) => Write(hash.Bytes);

    public RlpWriter Write(in Address address) => Write(address.Bytes);

    /// <summary>The address, or an empty string: the <c>to</c> of a creation.</summary>
    public RlpWriter Write(Address? address) => address is { } a ? Write(a.Bytes) : Write(ReadOnlySpan<byte>.Empty);

    /// <summary>Bytes that are RLP already.</summary>
    public RlpWriter WriteRaw(ReadOnlySpan<byte> encoded)
    {
        Reserve(encoded.Length);
        encoded.CopyTo(_buffer.AsSpan(_length));
        _length += encoded.Length;
        return this;
    }

    private static int HeaderLength(int content) => content <= 55 ? 1 : 1 + LengthOfLength(content);

    private static int LengthOfLength(int content) => (39 - BitOperations.LeadingZeroCount((uint)content)) / 8;

    private static void WriteHeader(Span<byte> destination, int content, int offset)
    {
        if (content <= 55)
        {
            destination[0] = (byte)(offset + content);
            return;
        }

        int bytes = LengthOfLength(content);
        destination[0] = (byte)(offset + 55 + bytes);
        for (int i = bytes; i > 0; i--, content >>= 8) destination[i] = (byte)content;
    }

    private void Reserve(int more)
    {
        if (_buffer.Length - _length >= more) return;
        Array.Resize(ref _buffer, checked(Math.Max(_buffer.Length * 2, _length + more)));
    }
}
