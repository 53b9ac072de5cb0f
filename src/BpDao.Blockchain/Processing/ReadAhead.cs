using BpDao.Core;
using BpDao.Db;
using BpDao.Evm;
using BpDao.State;

namespace BpDao.Blockchain;

/// <summary>Runs ahead of a block's execution on another thread, so that rows, code and trie nodes are in memory when they are asked for: names
/// the accounts that the transactions name, and executes those that call something on a state that is thrown away.</summary>
/// <remarks>What comes of it are hints. It shares with the execution only caches whose entries cannot be wrong: rows of the one view and
/// content by its hash. So it never changes an outcome, whatever it gets to and in whatever order.</remarks>
internal sealed class ReadAhead : IDisposable
{
    // With fewer transactions there is not much to read, and execution would be done before the thread is awake.
    private const int WorthIt = 16;

    // One transaction is not run further: the execution waits at its end for what is still under way.
    private const ulong MostGas = 500_000;

    // The execution is about to take the next one itself.
    private const int Lead = 2;

    private readonly Block _block;
    private readonly StatePrefetch _prefetch;
    private readonly Task _running;
    private volatile bool _stopped;
    private volatile int _reached;

    private ReadAhead(Block block, IStateView state, StatePrefetch prefetch, BlockContext context, IReleaseSpec spec, TransactionProcessor evm)
    {
        (_block, _prefetch) = (block, prefetch);
        _running = Task.Run(() => Run(new WorldState(new NamingView(state, prefetch)), context, spec, evm));
    }

    /// <param name="prefetch">Of <paramref name="state"/>; null for none.</param>
    /// <param name="context">Its block hashes must be safe for this thread beside the execution's.</param>
    /// <returns>Null when it would not pay.</returns>
    public static ReadAhead? Begin(
        Block block, IStateView state, StatePrefetch? prefetch, BlockContext context, IReleaseSpec spec, TransactionProcessor evm) =>
        prefetch is null || block.Transactions.Count < WorthIt ? null : new ReadAhead(block, state, prefetch, context, spec, evm);

    /// <summary>The execution begins the transaction with that index: those up to it need no reading ahead any more.</summary>
    public void Reached(int index) => _reached = index;

    /// <summary>Stops after the transaction that is under way, if one is.</summary>
    public void Dispose()
    {
        _stopped = true;
        _running.GetAwaiter().GetResult();
    }

    private void Run(WorldState world, BlockContext context, IReleaseSpec spec, TransactionProcessor evm)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.Judge);
        try
        {
            NameAccounts();
            for (int i = Lead; i < _block.Transactions.Count && !_stopped; i = Math.Max(i + 1, _reached + Lead))
            {
                Transaction tx = _block.Transactions[i];
                if (tx.Data.IsEmpty) continue; // most likely it only pays, and who takes part in that was named
                evm.Execute(Shortened(tx), context, spec, world, options: ExecutionOptions.Call);
            }
        }
        catch (Exception error) when (error is DbException or StateCorruptException or ObjectDisposedException)
        {
            // The execution meets the same error where it needs what cannot be read, and can do something about it.
        }
    }

    private void NameAccounts()
    {
        _prefetch.Account(_block.Header.Beneficiary);
        foreach (Transaction tx in _block.Transactions)
        {
            if (_stopped) return;
            if (tx.Sender is { } sender) _prefetch.Account(sender);
            if (tx.To is { } to) _prefetch.Account(to);
            foreach (AccessListEntry entry in tx.AccessList)
            {
                if (_stopped) return;
                _prefetch.Account(entry.Address);
                foreach (UInt256 slot in entry.StorageKeys) _prefetch.Slot(entry.Address, slot);
            }
        }
    }

    private static Transaction Shortened(Transaction tx) =>
        tx.GasLimit <= MostGas ? tx : tx with { GasLimit = MostGas, Sender = tx.Sender };

    /// <summary>Names whatever is read through it.</summary>
    private sealed class NamingView(IStateView state, StatePrefetch prefetch) : IStateView
    {
        public bool TryGetAccount(in Address address, out Account account)
        {
            prefetch.Account(address);
            return state.TryGetAccount(address, out account);
        }

        public UInt256 GetStorage(in Address address, in UInt256 slot)
        {
            prefetch.Slot(address, slot);
            return state.GetStorage(address, slot);
        }

        public ReadOnlyMemory<byte> GetCode(in Hash256 codeHash) => state.GetCode(codeHash);
    }
}
