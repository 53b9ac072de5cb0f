using BpDao.Consensus;
using BpDao.Core;
using BpDao.Evm;
using BpDao.State;

namespace BpDao.Blockchain;

/// <summary>Says whether a block is valid on its parent, by stages in the order of their cost. Writes nothing.</summary>
internal sealed class BlockJudge(
    BlockTree tree, StateStore states, BlockProcessor processor, ISpecProvider specs, TransactionProcessor evm, IConsensusRules engine,
    ExecutedBlocks executedBlocks)
{
    /// <summary>Beside the one that executes.</summary>
    private static readonly int ReadingThreads = Math.Max(1, Environment.ProcessorCount - 1);

    private readonly HeaderValidator _headers = new(specs, engine);
    private readonly OmmersValidator _ommers = new(tree, specs, engine);
    private readonly BodyValidator _bodies = new(specs);

    /// <param name="executed">What <see cref="BlockImporter.Commit"/> needs; null when the block is not valid.</param>
    public BlockVerdict Judge(Block block, CancellationToken cancellationToken, out ExecutedBlock? executed)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.Judge);
        executed = executedBlocks.Find(block.Hash);
        if (executed is { Judged: true } && ReferenceEquals(executed.Block, block)) return BlockVerdict.Valid;
        ExecutedBlock? known = executed;
        executed = null;

        if (tree.Find(block.Header.ParentHash) is not { } stored) return new(BlockError.UnknownParent, $"{block.Header.ParentHash}");
        BlockHeader parent = stored.Header;
        BlockVerdict verdict = _headers.Validate(block.Header, stored);
        // The body comes after the header and before any use of what is remembered by the header's hash: another body may stand under it.
        if (verdict.IsValid) verdict = _bodies.Validate(block);
        if (verdict.IsValid && block.Body.Ommers.Count > 0) verdict = _ommers.Validate(block, parent);
        if (!verdict.IsValid) return verdict;

        using StateView? state = states.OpenView(parent.StateRoot);
        if (state is null) return new(BlockError.ParentStateMissing, $"state {parent.StateRoot} of block {parent.Number}");
        processor.RecoverSenders(block);
        ContractCaller caller = new(state, parent, new AncestorHashes(tree, parent), specs, evm);
        verdict = engine.ValidateBeforeExecution(block, parent, caller);
        if (!verdict.IsValid) return verdict;

        if (known is null)
        {
            verdict = Execute(block, parent, state, cancellationToken, out known);
            if (!verdict.IsValid) return verdict;
        }

        verdict = engine.ValidateAfterExecution(block, known!.Processed.Receipts);
        if (!verdict.IsValid) return verdict;
        executed = known with { Block = block, Judged = true };
        executedBlocks.Put(executed);
        return BlockVerdict.Valid;
    }

    /// <summary>Executes and compares with the header, without asking the engine.</summary>
    public BlockVerdict Execute(Block block, BlockHeader parent, StateView state, CancellationToken cancellationToken, out ExecutedBlock? executed)
    {
        executed = null;
        BlockVerdict verdict;
        ProcessedBlock? processed;
        using (StatePrefetch prefetch = new(state, ReadingThreads))
        {
            verdict = processor.Process(
                block, state, new AncestorHashes(tree, parent), diff => StateStore.Compute(state, diff).Root, null, prefetch, cancellationToken, out processed);
        }

        if (verdict.IsValid) verdict = ExecutionValidator.ValidateGas(block.Header, processed!);
        if (!verdict.IsValid) return verdict;

        // The two roots know nothing of each other.
        Task<Hash256> receiptsRoot = Task.Run(() => BodyRoots.OfReceipts(processed!.Receipts), CancellationToken.None);
        StateChange change = StateStore.Compute(state, processed!.Diff);
        verdict = ExecutionValidator.ValidateReceipts(block.Header, processed, receiptsRoot.GetAwaiter().GetResult());
        if (verdict.IsValid) verdict = ExecutionValidator.ValidateRoot(block.Header, change.Root);
        if (verdict.IsValid) executed = new ExecutedBlock(block, processed, change, Judged: false);
        return verdict;
    }
}
