using System.Collections.Concurrent;
using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>Blocks that are decided and on their way to the disk, by hash. Safe for many threads.</summary>
internal sealed class PendingBlocks
{
    private readonly ConcurrentDictionary<Hash256, DecidedBlock> _byHash = new();

    public void Add(DecidedBlock decided) => _byHash[decided.Block.Hash] = decided;

    /// <summary>After its batch was written.</summary>
    public void Remove(in Hash256 hash) => _byHash.TryRemove(hash, out _);

    public DecidedBlock? Find(in Hash256 hash) => _byHash.GetValueOrDefault(hash);
}
