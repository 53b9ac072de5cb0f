using System.Collections.Concurrent;
using BpDao.Core;

namespace BpDao.State.Tables;

/// <summary>Byte strings by their hash: trie nodes and code. As the name is the content, an entry can never be out of date, whatever
/// is committed, reverted or thrown away.</summary>
/// <remarks>Two generations: what was not asked for during the time it takes to fill one is forgotten. Safe for several threads.</remarks>
internal sealed class ContentCache(long bytes)
{
    private const int EntryOverhead = 120;

    private readonly Lock _turning = new();
    private readonly long _generationBytes = bytes / 2;
    private volatile Generation _young = new();
    private volatile Generation _old = new();

    public byte[]? Find(in Hash256 hash)
    {
        if (_young.Entries.TryGetValue(hash, out byte[]? content)) return content;
        if (_old.Entries.TryGetValue(hash, out content)) Add(hash, content);
        return content;
    }

    public void Add(in Hash256 hash, byte[] content)
    {
        Generation young = _young;
        if (!young.Entries.TryAdd(hash, content)) return;
        if (Interlocked.Add(ref young.Bytes, content.Length + EntryOverhead) <= _generationBytes) return;

        lock (_turning)
        {
            if (_young != young) return;
            _old = young;
            _young = new Generation();
        }
    }

    private sealed class Generation
    {
        public readonly ConcurrentDictionary<Hash256, byte[]> Entries = new();
        public long Bytes;
    }
}
