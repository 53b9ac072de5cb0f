using BpDao.Core;
using BpDao.State;
using BpDao.TxPool;

namespace BpDao.Blockchain;

/// <summary>The chain as the pool sees it.</summary>
public sealed class ChainHeadInfo : IChainHeadInfo
{
    private readonly BlockTree _tree;
    private readonly StateStore _states;
    private readonly ISpecProvider _specs;
    private volatile ChainHead _head;

    public ChainHeadInfo(BlockTree tree, StateStore states, ISpecProvider specs)
    {
        (_tree, _states, _specs) = (tree, states, specs);
        _head = HeadOf(tree.Head);
        tree.Updated += OnUpdated;
    }

    public event Action<ChainHeadChange>? HeadChanged;

    public ulong ChainId => _specs.ChainId;

    public ChainHead Head => _head;

    public bool TryGetAccount(in Address address, out Account account)
    {
        using StateView state = Open();
        return state.TryGetAccount(address, out account);
    }

    public ReadOnlyMemory<byte> GetCode(in Hash256 codeHash)
    {
        using StateView state = Open();
        return state.GetCode(codeHash);
    }

    // The head may move between asking for its root and opening it; with nothing retained its state is then gone.
    private StateView Open()
    {
        while (true)
        {
            Hash256 root = _tree.Head.StateRoot;
            if (_states.OpenView(root) is { } state) return state;
            if (root == _tree.Head.StateRoot) throw new ChainCorruptException($"The state {root} of the head is missing.");
        }
    }

    private void OnUpdated(ChainUpdate update)
    {
        _head = HeadOf(update.Head);
        HeadChanged?.Invoke(new ChainHeadChange(
            _head, [.. update.Added.Select(b => b.Block)], [.. update.Removed.Select(b => b.Block)], update.ChangedAccounts));
    }

    /// <summary>The next block's time is not known; a fork that begins with it is met one block later here, and the block's own rules decide.</summary>
    private ChainHead HeadOf(BlockHeader header)
    {
        IReleaseSpec next = _specs.GetSpec(header with { Number = header.Number + 1, Timestamp = header.Timestamp + 1 });
        return new ChainHead(header, next, BaseFee.Next(header, next) ?? UInt256.Zero, header.GasLimit);
    }
}
