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
    private readonly Lock _lock = new();

    public BlockImporter(
        BlockTree tree, IDb db, StateStore states, BlockProcessor processor, ISpecProvider specs, TransactionProcessor evm, IConsensusRules engine,
        ExecutedBlocks executed, ILogger<BlockImporter> logger)
    {
        (_tree, _db, _states, _specs, _evm, _engine, _executed, _logger) = (tree, db, states, specs, evm, engine, executed, logger);
        _judge = new BlockJudge(tree, states, processor, specs, evm, engine, executed);
        _branches = new SideBranches(tree, states, _judge);
    }

    /// <inheritdoc/>
    /// <remarks>On the thread that commits; also for each block that a reorganisation makes canonical.</remarks>
    public event Action<Block>? Committed;

    public BlockVerdict Judge(Block block, CancellationToken cancellationToken) =>
        _tree.HeaderByHash(block.Hash) is null
            ? _judge.Judge(block, cancellationToken, out _)
            : new BlockVerdict(BlockError.AlreadyKnown, $"block {block.Number} {block.Hash}");

    public BlockVerdict Commit(Block block, ReadOnlyMemory<byte> certificate, bool verifyCertificate, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_tree.HeaderByHash(block.Hash) is not null) return new(BlockError.AlreadyKnown, $"block {block.Number} {block.Hash}");
            if (_tree.Find(block.Header.ParentHash) is not { } parent) return new(BlockError.UnknownParent, $"{block.Header.ParentHash}");
            if (block.Number <= _tree.Finalized.Number)
            {
                return new(BlockError.BehindFinality, $"block {block.Number}, and {_tree.Finalized.Number} is final");
            }

            BlockVerdict verdict = verifyCertificate ? _engine.ValidateCertificate(block.Header, certificate.Span) : default;
            if (!verdict.IsValid) return verdict;
            if (!_branches.EnsureState(parent.Header, cancellationToken))
            {
                return new(BlockError.ParentStateMissing, $"state {parent.Header.StateRoot} of block {parent.Header.Number}");
            }

            verdict = _judge.Judge(block, cancellationToken, out ExecutedBlock? executed);
            if (!verdict.IsValid) return verdict;
            return Write(executed!, parent, certificate, cancellationToken);
        }
    }

    private BlockVerdict Write(ExecutedBlock executed, StoredHeader parent, ReadOnlyMemory<byte> certificate, CancellationToken cancellationToken)
    {
        (Block block, StoredHeader head) = (executed.Block, _tree.StoredHead);
        StoredHeader stored = new(block.Header, parent.TotalDifficulty + block.Header.Difficulty);
        bool isFinal = !certificate.IsEmpty;
        bool extends = block.Header.ParentHash == head.Header.Hash;
        bool becomesHead = extends || isFinal
            || _engine.ForkChoice.Prefers(block.Header, stored.TotalDifficulty, head.Header, head.TotalDifficulty);

        HeadMove move = becomesHead
            ? HeadMove.Between(_tree, head.Header, parent.Header)
            : HeadMove.None;
        if (move.Removed.Count > 0 && move.Removed[0].Number <= _tree.Finalized.Number)
        {
            return new(BlockError.BehindFinality, $"its branch begins before block {_tree.Finalized.Number}, which is final");
        }

        if (move.Removed.Count > 0 && move.Removed[0].Number <= _states.Head!.Oldest)
        {
            return new(BlockError.ParentStateMissing, $"its branch begins before block {_states.Head.Oldest}, the oldest whose state is kept");
        }

        WriteBatch batch = new();
        BlockStore.Put(batch, block, stored.TotalDifficulty);
        ReceiptStore.Put(batch, block.Hash, executed.Processed.Receipts);
        if (isFinal) BlockStore.PutCertificate(batch, block.Hash, certificate.Span);
        using (StateView state = _states.OpenView(parent.Header.StateRoot)!)
        {
            ContractCaller caller = new(state, parent.Header, new AncestorHashes(_tree, parent.Header), _specs, _evm);
            EngineRecords.Put(batch, _engine.RecordsOf(block, parent.Header, caller, executed.Processed.Receipts));
        }

        if (!becomesHead)
        {
            _db.Write(batch, sync: true);
            _branches.Put(executed);
            _logger.LogDebug("Stored block {BlockNumber} {BlockHash} beside the canonical chain", block.Number, block.Hash);
            return BlockVerdict.Valid;
        }

        MoveHead(batch, move, executed, stored, isFinal, cancellationToken);
        return BlockVerdict.Valid;
    }

    private void MoveHead(
        WriteBatch batch, HeadMove move, ExecutedBlock executed, StoredHeader stored, bool isFinal, CancellationToken cancellationToken)
    {
        List<CommittedBlock> removed = [], added = [];
        StateWrite state = _states.BeginWrite(batch);
        foreach (BlockHeader header in move.Removed.Reverse())
        {
            CommittedBlock block = new(_tree.BlockByHash(header.Hash)!, _tree.ReceiptsOf(header.Hash)!);
            removed.Insert(0, block);
            state.Revert();
            BlockStore.DeleteCanonical(batch, header.Number);
            TransactionIndex.Delete(batch, block.Block);
        }

        ExecutedBlock[] path = [.. move.Added.Select(h => _branches.ExecutionOf(h, cancellationToken)), executed];
        foreach (ExecutedBlock next in path)
        {
            state.Commit(next.State, next.Block.Number, next.Block.Hash);
            BlockStore.PutCanonical(batch, next.Block.Header);
            TransactionIndex.Put(batch, next.Block);
            added.Add(new CommittedBlock(next.Block, next.Processed.Receipts));
        }

        BlockStore.PutHead(batch, stored.Header.Hash);
        if (isFinal) BlockStore.PutFinalized(batch, stored.Header.Hash);
        _db.Write(batch, sync: true);

        foreach (ExecutedBlock next in path) _branches.Release(next.Block.Hash);
        ulong settled = isFinal ? stored.Header.Number : Math.Max(_states.Head!.Oldest, stored.Header.Number - Math.Min(stored.Header.Number, BranchDepth));
        _branches.ReleaseUpTo(settled);
        _executed.Clear();
        ICollection<Address>? changed = removed.Count == 0 && path.Length == 1 ? executed.Processed.Diff.Accounts.Keys : null;
        _tree.Advance(stored, isFinal ? stored.Header : _tree.Finalized, new ChainUpdate(added, removed, changed is null ? null : [.. changed]));
        foreach (CommittedBlock block in added) Committed?.Invoke(block.Block);
    }
}
