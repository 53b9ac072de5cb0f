using System.Collections.Concurrent;
using BpDao.Core;

namespace BpDao.Evm;

/// <summary>Prepared code by its hash, bounded in bytes. Thread-safe.</summary>
/// <remarks>Two generations: when the young one is full it becomes the old one and what was old and unused since is dropped.</remarks>
internal sealed class CodeCache(long bytesPerGeneration)
{
    private readonly Lock _ageing = new();
    private ConcurrentDictionary<Hash256, CodeInfo> _young = new();
    private ConcurrentDictionary<Hash256, CodeInfo> _old = new();
    private long _youngBytes;

    /// <summary>The code of an account of this world, prepared.</summary>
    public CodeInfo Get(AccountState account, WorldState world)
    {
        if (_young.TryGetValue(account.CodeHash, out CodeInfo? found)) return found;
        if (!_old.TryGetValue(account.CodeHash, out found)) found = new CodeInfo(world.CodeOf(account).Span);
        if (_young.TryAdd(account.CodeHash, found) && Interlocked.Add(ref _youngBytes, found.Length) > bytesPerGeneration) Age();
        return found;
    }

    private void Age()
    {
        lock (_ageing)
        {
            if (Interlocked.Read(ref _youngBytes) <= bytesPerGeneration) return; // another thread was first
            _old = _young;
            _young = new ConcurrentDictionary<Hash256, CodeInfo>();
            Interlocked.Exchange(ref _youngBytes, 0);
        }
    }
}
