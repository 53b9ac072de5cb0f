using BpDao.Blockchain;

namespace BpDao.Node.Commands.Bench.Validators;

/// <summary>Knows when all nodes have a block.</summary>
internal sealed class CommitWatch
{
    private readonly IReadOnlyList<BlockTree> _chains;
    private readonly Lock _gate = new();
    private (ulong Number, TaskCompletionSource Reached)? _wanted;

    public CommitWatch(IReadOnlyList<BlockTree> chains)
    {
        _chains = chains;
        foreach (BlockTree chain in chains) chain.Updated += _ => Look();
    }

    /// <summary>One is waited for at a time.</summary>
    public Task AllHave(ulong number)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate) _wanted = (number, reached);
        Look();
        return reached.Task;
    }

    private void Look()
    {
        lock (_gate)
        {
            if (_wanted is { } wanted && _chains.All(c => c.Head.Number >= wanted.Number)) wanted.Reached.TrySetResult();
        }
    }
}
