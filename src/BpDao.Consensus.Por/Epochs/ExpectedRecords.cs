namespace BpDao.Consensus.Por.Epochs;

/// <summary>Records of blocks that were decided last, in front of the database: of those that are on their way to the disk it knows nothing yet. Thread-safe.</summary>
internal sealed class ExpectedRecords
{
    // Several for each of the blocks that may wait for the disk, twice over.
    private const int Kept = 512;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (ReadOnlyMemory<byte> Value, long Age)> _values = new(StringComparer.Ordinal);
    private readonly Queue<(string Key, long Age)> _byAge = new();
    private long _age;

    public void Add(IReadOnlyList<EngineRecord> records)
    {
        lock (_lock)
        {
            foreach (EngineRecord record in records)
            {
                string key = Convert.ToHexString(record.Key.Span);
                _values[key] = (record.Value, ++_age);
                _byAge.Enqueue((key, _age));
            }

            while (_byAge.Count > Kept)
            {
                (string key, long age) = _byAge.Dequeue();
                if (_values[key].Age == age) _values.Remove(key);
            }
        }
    }

    /// <summary>Null when the database is to be asked.</summary>
    public byte[]? Find(ReadOnlySpan<byte> key)
    {
        string text = Convert.ToHexString(key);
        lock (_lock) return _values.TryGetValue(text, out (ReadOnlyMemory<byte> Value, long Age) found) ? found.Value.ToArray() : null;
    }
}
