using BpDao.Consensus;
using BpDao.Core;
using BpDao.Db;
using BpDao.Evm;
using BpDao.State;
using Microsoft.Extensions.Logging;

namespace BpDao.Blockchain;

/// <summary>The one door for blocks. Judging may run on any thread; one lock owns the chain while a block is committed.</summary>
public sealed class BlockImporter : IBlockImporter
{
    // Branches that left the chain longer ago are executed again, should one ever be wanted.
    private const ulong BranchDepth = 128;

    private readonly BlockTree _tree;
    private readonly IDb _db;
    private readonly StateStore _states;
    private readonly ISpecProvider _specs;
    private readonly TransactionProcessor _evm;
    private readonly IConsensusRules _engine;
    private readonly ExecutedBlocks _executed;
    private readonly ILogger<BlockImporter> _logger;
    private readonly BlockJudge _judge;
    private readonly SideBranches _branches;
    private readonly CommitQueue _queue;
    private readonly WriteBatch _buffer = new();
    private readonly Lock _lock = new();

    private volatile bool _awaitsPivot;

    // The last block decided on: the head, or a block that will be when what was appended is on disk.
    private StoredHeader _front;

    public BlockImporter(
        BlockTree tree, IDb db, StateStore states, BlockProcessor processor, ISpecProvider specs, TransactionProcessor evm, IConsensusRules engine,
        ExecutedBlocks executed, ILogger<BlockImporter> logger)
    {
        (_tree, _db, _states, _specs, _evm, _engine, _executed, _logger) = (tree, db, states, specs, evm, engine, executed, logger);
        _judge = new BlockJudge(tree, states, processor, specs, evm, engine, executed);
        _branches = new SideBranches(tree, states, _judge);
        _queue = new CommitQueue(tree, db, states, block => Committed?.Invoke(block));
        _front = tree.StoredHead;
    }

    /// <inheritdoc/>
    /// <remarks>On the thread that writes; also for each block that a reorganisation makes canonical.</remarks>
    public event Action<Block>? Committed;

    /// <summary>A state is being downloaded: nothing can be committed before <see cref="Adopt"/>, once it is begun after a restart neither.</summary>
    public bool AwaitsState => _awaitsPivot || _states.IsPartial;

    public BlockVerdict Judge(Block block, CancellationToken cancellationToken) =>
        _tree.HeaderByHash(block.Hash) is null
            ? _judge.Judge(block, cancellationToken, out _)
            : new BlockVerdict(BlockError.AlreadyKnown, $"block {block.Number} {block.Hash}");

    public BlockVerdict Commit(Block block, ReadOnlyMemory<byte> certificate, bool verifyCertificate, CancellationToken cancellationToken)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.Commit);
        lock (_lock)
        {
            _queue.Drain();
            BlockVerdict verdict = Decide(block, certificate, verifyCertificate, cancellationToken, out DecidedBlock? decided);
            if (verdict.IsValid) verdict = Write(decided!, cancellationToken);
            _front = _tree.StoredHead;
            return verdict;
        }
    }

    /// <summary>Adds many blocks after each other, as an import or a node that catches up does: like <see cref="Commit"/>, but it returns when the
    /// block is found valid, and the write goes on beside the execution of the next one, several blocks to a synced batch. What was
    /// not written yet is lost when the process dies; the database then ends with an earlier block, whole.</summary>
    /// <remarks>The head, <see cref="Committed"/> and <see cref="BlockTree.Updated"/> follow the disk, on the writing thread: nobody hears of a block that
    /// is not durable. Call <see cref="Flush"/> after the last block, and before anything that must not run ahead of the disk. A block that does not
    /// extend the last one goes the way of <see cref="Commit"/>.</remarks>
    /// <exception cref="DbException">The disk failed, for this block or one before it.</exception>
    public BlockVerdict Append(Block block, ReadOnlyMemory<byte> certificate, bool verifyCertificate, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (block.Header.ParentHash != _front.Header.Hash) return Commit(block, certificate, verifyCertificate, cancellationToken);
            BlockVerdict verdict = Decide(block, certificate, verifyCertificate, cancellationToken, out DecidedBlock? decided);
            if (!verdict.IsValid) return verdict;
            _queue.Add(decided!);
            _front = decided!.Header;
            _executed.Clear();
            _branches.ReleaseUpTo(SettledWith(decided));
            return BlockVerdict.Valid;
        }
    }

    /// <summary>Waits until every appended block is on disk and announced.</summary>
    /// <exception cref="DbException">The disk failed.</exception>
    public void Flush()
    {
        lock (_lock) _queue.Drain();
    }

    /// <summary>Keeps blocks out from now on, since a state is to take the place of that of genesis: it must not go while one is committed on it.</summary>
    /// <returns>False when blocks follow genesis already: they keep their state.</returns>
    public bool TryAwaitPivot()
    {
        lock (_lock)
        {
            _queue.Drain();
            return _awaitsPivot = _tree.Head.Number == 0;
        }
    }

    /// <summary>Lets blocks in again, unless a state was begun and not adopted.</summary>
    public void EndWait() => _awaitsPivot = false;

    /// <summary>Makes a block the head whose state was downloaded, with the blocks before it that others look back at. The blocks between genesis and
    /// those stay unknown.</summary>
    /// <param name="pivot">Its blocks fit their headers and are final; the caller has seen to it.</param>
    /// <exception cref="InvalidOperationException">Blocks follow genesis already, or the state is not that of the pivot: a bug.</exception>
    public void Adopt(Pivot pivot)
    {
        lock (_lock)
        {
            _queue.Drain();
            if (_tree.Head.Number != 0) throw new InvalidOperationException($"The head is block {_tree.Head.Number}: a pivot is for an empty chain.");
            PivotAdoption adoption = new(_tree, _db, _states, _specs, _evm);
            CommittedBlock head = adoption.Write(pivot);
            _front = new StoredHeader(head.Block.Header, _tree.StoredHead.TotalDifficulty);
            _executed.Clear();
            _tree.Advance(_front, head.Block.Header, new ChainUpdate([head], [], null));
            Committed?.Invoke(head.Block);
        }
    }

    private BlockVerdict Decide(
        Block block, ReadOnlyMemory<byte> certificate, bool verifyCertificate, CancellationToken cancellationToken, out DecidedBlock? decided)
    {
        decided = null;
        if (_tree.HeaderByHash(block.Hash) is not null) return new(BlockError.AlreadyKnown, $"block {block.Number} {block.Hash}");
        if (_tree.Find(block.Header.ParentHash) is not { } parent) return new(BlockError.UnknownParent, $"{block.Header.ParentHash}");
        if (block.Number <= _tree.Finalized.Number)
        {
            return new(BlockError.BehindFinality, $"block {block.Number}, and {_tree.Finalized.Number} is final");
        }

        // Genesis can still be read, from memory; on disk nothing is left, or will be, that a block could be written on.
        if (_tree.Head.Number == 0 && AwaitsState) return new(BlockError.ParentStateMissing, "the state of a later block is being downloaded");
        if (!_branches.EnsureState(parent.Header, cancellationToken))
        {
            return new(BlockError.ParentStateMissing, $"state {parent.Header.StateRoot} of block {parent.Header.Number}");
        }

        using StateView state = _states.OpenView(parent.Header.StateRoot)!;
        ContractCaller caller = new(state, parent.Header, new AncestorHashes(_tree, parent.Header), _specs, _evm);
        BlockVerdict verdict = verifyCertificate ? _engine.ValidateCertificate(block.Header, certificate.Span, parent.Header, caller) : default;
        if (!verdict.IsValid) return verdict;
        verdict = _judge.Judge(block, cancellationToken, out ExecutedBlock? executed);
        if (!verdict.IsValid) return verdict;
        StoredHeader stored = new(block.Header, parent.TotalDifficulty + block.Header.Difficulty);
        decided = new DecidedBlock(executed!, stored, certificate, _engine.RecordsOf(block, parent.Header, caller, executed!.Processed.Receipts));
        return verdict;
    }

    private BlockVerdict Write(DecidedBlock decided, CancellationToken cancellationToken)
    {
        (Block block, StoredHeader stored, StoredHeader head) = (decided.Block, decided.Header, _tree.StoredHead);
        BlockHeader parent = _tree.HeaderByHash(block.Header.ParentHash)!;
        bool becomesHead = parent.Hash == head.Header.Hash || decided.IsFinal
            || _engine.ForkChoice.Prefers(block.Header, stored.TotalDifficulty, head.Header, head.TotalDifficulty);

        HeadMove move = becomesHead
            ? HeadMove.Between(_tree, head.Header, parent)
            : HeadMove.None;
        if (move.Removed.Count > 0 && move.Removed[0].Number <= _tree.Finalized.Number)
        {
            return new(BlockError.BehindFinality, $"its branch begins before block {_tree.Finalized.Number}, which is final");
        }

        if (move.Removed.Count > 0 && move.Removed[0].Number <= _states.Head!.Oldest)
        {
            return new(BlockError.ParentStateMissing, $"its branch begins before block {_states.Head.Oldest}, the oldest whose state is kept");
        }

        ChainBatch batch = new(_states, _buffer);
        batch.Store(decided);
        if (!becomesHead)
        {
            batch.Write(_db);
            _branches.Put(decided.Executed);
            _logger.LogDebug("Stored block {BlockNumber} {BlockHash} beside the canonical chain", block.Number, block.Hash);
            return BlockVerdict.Valid;
        }

        MoveHead(batch, move, decided, cancellationToken);
        return BlockVerdict.Valid;
    }

    private void MoveHead(ChainBatch batch, HeadMove move, DecidedBlock decided, CancellationToken cancellationToken)
    {
        List<CommittedBlock> removed = [], added = [];
        foreach (BlockHeader header in move.Removed.Reverse())
        {
            CommittedBlock block = new(_tree.BlockByHash(header.Hash)!, _tree.ReceiptsOf(header.Hash)!);
            removed.Insert(0, block);
            batch.TakeOff(block.Block);
        }

        ExecutedBlock[] path = [.. move.Added.Select(h => _branches.ExecutionOf(h, cancellationToken)), decided.Executed];
        foreach (ExecutedBlock next in path)
        {
            batch.PutOn(next);
            added.Add(new CommittedBlock(next.Block, next.Processed.Receipts));
        }

        batch.SetHead(decided.Block.Hash);
        if (decided.IsFinal) batch.SetFinalized(decided.Block.Hash);
        batch.Write(_db);

        foreach (ExecutedBlock next in path) _branches.Release(next.Block.Hash);
        _branches.ReleaseUpTo(SettledWith(decided));
        _executed.Clear();
        ICollection<Address>? changed = removed.Count == 0 && path.Length == 1 ? decided.Executed.Processed.Diff.Accounts.Keys : null;
        _tree.Advance(
            decided.Header, decided.IsFinal ? decided.Block.Header : _tree.Finalized,
            new ChainUpdate(added, removed, changed is null ? null : [.. changed]));
        foreach (CommittedBlock block in added) Committed?.Invoke(block.Block);
    }

    /// <summary>The number up to which no side branch matters any more once this block is the head.</summary>
    private ulong SettledWith(DecidedBlock head)
    {
        ulong number = head.Block.Number;
        return head.IsFinal ? number : Math.Max(_states.Head!.Oldest, number - Math.Min(number, BranchDepth));
    }
}
