using BpDao.Core;

namespace BpDao.Consensus.Por.Tests.Support;

/// <summary>A safety store with a page cache: what was written without sync is gone after a power cut.</summary>
/// <param name="syncs">False leaves the sync out: the negative control of protocol rule 4.6.</param>
internal sealed class CrashableSafetyStore(bool syncs = true) : ISafetyStore
{
    private readonly Dictionary<string, byte[]> _disk = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _cache = new(StringComparer.Ordinal);

    public int Writes { get; private set; }

    /// <summary>Called in front of every write; throwing there is a power cut at that point.</summary>
    public Action<int>? BeforeWrite { get; set; }

    /// <summary>Called behind every write.</summary>
    public Action<int>? AfterWrite { get; set; }

    /// <summary>Keys whose records read as damaged.</summary>
    public bool IsDamaged { get; set; }

    /// <summary>Every write fails, and leaves nothing.</summary>
    public bool IsFull { get; set; }

    public byte[]? Read(ReadOnlySpan<byte> key, out bool damaged)
    {
        damaged = IsDamaged && _disk.Count > 0;
        return damaged ? null : _cache.GetValueOrDefault(Convert.ToHexString(key));
    }

    public void Write(IReadOnlyList<KeyValuePair<byte[], byte[]?>> records)
    {
        if (IsFull) throw new IOException("No space is left.");
        BeforeWrite?.Invoke(Writes);
        foreach ((byte[] key, byte[]? value) in records)
        {
            string name = Convert.ToHexString(key);
            Put(_cache, name, value);
            if (syncs) Put(_disk, name, value);
        }

        Writes++;
        AfterWrite?.Invoke(Writes - 1);
    }

    public void PowerCut()
    {
        _cache.Clear();
        foreach ((string key, byte[] value) in _disk) _cache[key] = value;
    }

    public void Erase()
    {
        _disk.Clear();
        _cache.Clear();
    }

    private static void Put(Dictionary<string, byte[]> place, string name, byte[]? value)
    {
        if (value is null) place.Remove(name);
        else place[name] = value;
    }
}
