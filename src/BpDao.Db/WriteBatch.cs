using System.Buffers.Binary;

namespace BpDao.Db;

/// <summary>Writes that happen together or not at all. A plain value of no particular database; not for several threads.</summary>
public sealed class WriteBatch
{
    private const int HeaderLength = 9;
    private const int Deletion = -1;

    private byte[] _buffer = [];
    private int _length;

    /// <summary>Entries so far.</summary>
    public int Count { get; private set; }

    /// <summary>Keys and values so far, in bytes.</summary>
    public long Bytes => _length - ((long)Count * HeaderLength);

    public void Put(DbColumn column, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        value.CopyTo(Append(column, key, value.Length, value.Length));

    /// <summary>Deleting an absent key is no error.</summary>
    public void Delete(DbColumn column, ReadOnlySpan<byte> key) => Append(column, key, Deletion, 0);

    /// <summary>Forgets everything, keeps the buffer.</summary>
    public void Clear()
    {
        _length = 0;
        Count = 0;
    }

    /// <summary>The entries in the order they were added; adding ends the validity of the enumeration.</summary>
    public Enumerator GetEnumerator() => new(_buffer.AsSpan(0, _length));

    private Span<byte> Append(DbColumn column, ReadOnlySpan<byte> key, int valueTag, int valueLength)
    {
        int needed = checked(_length + HeaderLength + key.Length + valueLength);
        if (needed > _buffer.Length) Array.Resize(ref _buffer, (int)Math.Min(Math.Max(needed, (long)_buffer.Length * 2), Array.MaxLength));

        Span<byte> entry = _buffer.AsSpan(_length);
        entry[0] = (byte)column;
        BinaryPrimitives.WriteInt32LittleEndian(entry[1..], key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(entry[5..], valueTag);
        key.CopyTo(entry[HeaderLength..]);
        _length = needed;
        Count++;
        return entry.Slice(HeaderLength + key.Length, valueLength);
    }

    /// <summary>One put or deletion.</summary>
    public readonly ref struct Entry(DbColumn column, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isDeletion)
    {
        public DbColumn Column { get; } = column;

        public ReadOnlySpan<byte> Key { get; } = key;

        /// <summary>Empty for a deletion.</summary>
        public ReadOnlySpan<byte> Value { get; } = value;

        public bool IsDeletion { get; } = isDeletion;
    }

    /// <summary>Walks the entries.</summary>
    public ref struct Enumerator(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;
        private Entry _current;

        public readonly Entry Current => _current;

        public bool MoveNext()
        {
            if (_rest.IsEmpty) return false;
            int keyLength = BinaryPrimitives.ReadInt32LittleEndian(_rest[1..]);
            int tag = BinaryPrimitives.ReadInt32LittleEndian(_rest[5..]);
            int valueLength = Math.Max(tag, 0);
            _current = new Entry(
                (DbColumn)_rest[0], _rest.Slice(HeaderLength, keyLength), _rest.Slice(HeaderLength + keyLength, valueLength), tag == Deletion);
            _rest = _rest[(HeaderLength + keyLength + valueLength)..];
            return true;
        }
    }
}
