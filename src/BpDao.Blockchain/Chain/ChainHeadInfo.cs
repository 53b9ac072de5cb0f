using BpDao.Core;
using BpDao.State;
using BpDao.TxPool;

namespace BpDao.Blockchain;

/// <summary>The chain as the pool sees it.</summary>
/// <remarks>The head's state is opened once, when it is first asked for, and closed with the next head: each transaction that comes asks for an account,
/// and opening took longer than reading.</remarks>
public sealed class ChainHeadInfo : IChainHeadInfo, IDisposable
{
    private readonly BlockTree _tree;
    private readonly StateStore _states;
    private readonly ISpecProvider _specs;
    private readonly Lock _lock = new();
    private OpenState? _state;
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
        OpenState state = Enter();
        try
        {
            return state.View.TryGetAccount(address, out account);
        }
        finally
        {
            Leave(state);
        }
    }

    public ReadOnlyMemory<byte> GetCode(in Hash256 codeHash)
    {
        OpenState state = Enter();
        try
        {
            return state.View.GetCode(codeHash);
        }
        finally
        {
            Leave(state);
        }
    }

    public void Dispose()
    {
        _tree.Updated -= OnUpdated;
        Close();
    }

    private OpenState Enter()
    {
        lock (_lock)
        {
            _state ??= new OpenState(Open());
            _state.Readers++;
            return _state;
        }
    }

    private void Leave(OpenState state)
    {
        lock (_lock)
        {
            state.Readers--;
            if (state.Readers == 0 && state != _state) state.View.Dispose();
        }
    }

    /// <summary>Whoever reads goes on; who comes now opens the state of the head there is now.</summary>
    private void Close()
    {
        lock (_lock)
        {
            if (_state is { Readers: 0 }) _state.View.Dispose();
            _state = null;
        }
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
        Close();
        _head = HeadOf(update.Head);
        HeadChanged?.Invoke(new ChainHeadChange(
            _head, [.. update.Added.Select(b => b.Block)], [.. update.Removed.Select(b => b.Block)], update.ChangedAccounts));
    }

    /// <summary>The next block's time is not known; a fork that begins with it is met one block later here, and the block's own rules decide.</summary>
    private ChainHead HeadOf(BlockHeader header)
    {
        IReleaseSpec next = _specs.GetSpec(header with { Number = header.Number + 1, Timestamp = header.Timestamp + 1 });
        UInt256 baseFee = BaseFee.Next(header, next) ?? UInt256.Zero;
        return new ChainHead(header, next, baseFee, BaseFee.LeastFrom(baseFee), header.GasLimit);
    }

    private sealed class OpenState(StateView view)
    {
        public StateView View => view;

        /// <summary>Under the lock. The last one to leave closes what is the head's no more.</summary>
        public int Readers { get; set; }
    }
}
