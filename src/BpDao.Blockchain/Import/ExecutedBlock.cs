using BpDao.Core;
using BpDao.State;

namespace BpDao.Blockchain;

/// <summary>A block with its effects, in memory only.</summary>
/// <param name="Judged">All of the rules were asked; a block that was only built has its execution behind it, not the judgement.</param>
internal sealed record ExecutedBlock(Block Block, ProcessedBlock Processed, StateChange State, bool Judged);

/// <summary>The last few executed blocks, shared by producer and importer, so that building, judging and committing execute once.
/// Safe for many threads.</summary>
public sealed class ExecutedBlocks
{
    private const int Capacity = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<Hash256, ExecutedBlock> _byHash = [];
    private readonly Queue<Hash256> _oldestFirst = [];

    internal ExecutedBlock? Find(in Hash256 hash)
    {
        lock (_lock) return _byHash.GetValueOrDefault(hash);
    }

    internal void Put(ExecutedBlock executed)
    {
        lock (_lock)
        {
            if (!_byHash.ContainsKey(executed.Block.Hash)) _oldestFirst.Enqueue(executed.Block.Hash);
            _byHash[executed.Block.Hash] = executed;
            if (_oldestFirst.Count > Capacity) _byHash.Remove(_oldestFirst.Dequeue());
        }
    }

    /// <summary>The head moved: what was executed on the old one is not likely to be asked for again.</summary>
    internal void Clear()
    {
        lock (_lock)
        {
            _byHash.Clear();
            _oldestFirst.Clear();
        }
    }
}
