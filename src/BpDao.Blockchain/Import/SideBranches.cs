using BpDao.Consensus;
using BpDao.Core;
using BpDao.State;

namespace BpDao.Blockchain;

/// <summary>Executions of committed blocks off the canonical chain. They live in memory: those of a branch that was left, or from before
/// a restart, are made again from the stored blocks. Only the importer uses it, under its lock.</summary>
internal sealed class SideBranches(BlockTree tree, StateStore states, BlockJudge judge)
{
    private readonly Dictionary<Hash256, ExecutedBlock> _executed = [];

    /// <summary>Remembers a committed block off the canonical chain and makes its state available.</summary>
    public void Put(ExecutedBlock executed)
    {
        if (_executed.TryAdd(executed.Block.Hash, executed)) states.Hold(executed.State);
    }

    /// <summary>The block became canonical: its state is in the database.</summary>
    public void Release(in Hash256 hash)
    {
        if (_executed.Remove(hash, out ExecutedBlock? executed)) states.Release(executed.State);
    }

    /// <summary>Forgets the executions of side blocks up to that number.</summary>
    public void ReleaseUpTo(ulong number)
    {
        foreach (ExecutedBlock executed in _executed.Values.Where(e => e.Block.Number <= number).ToArray()) Release(executed.Block.Hash);
    }

    /// <summary>Makes the state of a stored block available, executing the blocks of its branch where need be.</summary>
    /// <returns>False when the branch leaves the canonical chain at a block whose state is not retained.</returns>
    public bool EnsureState(BlockHeader header, CancellationToken cancellationToken)
    {
        Stack<BlockHeader> missing = new();
        while (!HasState(header))
        {
            if (tree.IsCanonical(header)) return false;
            missing.Push(header);
            header = tree.HeaderByHash(header.ParentHash)!;
        }

        while (missing.TryPop(out BlockHeader? next))
        {
            Execute(next, header, cancellationToken);
            header = next;
        }

        return true;
    }

    /// <summary>The execution of a block whose parent's state is available.</summary>
    public ExecutedBlock ExecutionOf(BlockHeader header, CancellationToken cancellationToken) =>
        _executed.TryGetValue(header.Hash, out ExecutedBlock? known)
            ? known
            : Execute(header, tree.HeaderByHash(header.ParentHash)!, cancellationToken);

    private bool HasState(BlockHeader header)
    {
        using StateView? view = states.OpenView(header.StateRoot);
        return view is not null;
    }

    private ExecutedBlock Execute(BlockHeader header, BlockHeader parent, CancellationToken cancellationToken)
    {
        using StateView state = states.OpenView(parent.StateRoot)
            ?? throw new InvalidOperationException($"The state of block {parent.Hash} was to be available.");
        BlockVerdict verdict = judge.Execute(tree.BlockByHash(header.Hash)!, parent, state, cancellationToken, out ExecutedBlock? executed);
        if (!verdict.IsValid) throw new ChainCorruptException($"The committed block {header.Hash} does not execute any more: {verdict}");
        Put(executed!);
        return executed!;
    }
}
