using System.Buffers.Binary;
using BpDao.Core;
using BpDao.Db;
using BpDao.Db.Rocks;
using BpDao.State;

namespace BpDao.Node.Commands.Bench.States;

/// <summary>A state of many accounts on disk, and changes to it.</summary>
internal sealed class PopulatedState : IDisposable
{
    private readonly IDb _db;
    private readonly StateStore _store;
    private readonly int _accounts;
    private readonly Random _random = new(1);

    private PopulatedState(IDb db, int accounts)
    {
        (_db, _accounts) = (db, accounts);
        _store = new StateStore(db, StateOptions.Default);
    }

    /// <summary>Opens the database in a directory, or makes it. It holds the same accounts whenever it is made.</summary>
    /// <exception cref="DbOpenException">The directory cannot be used.</exception>
    public static PopulatedState Open(string directory, int accounts)
    {
        PopulatedState state = new(RocksDatabase.Open(directory, new RocksOptions()), accounts);
        // The first state is one batch, so it is there as a whole or not at all.
        if (state._store.Head is null) state.Populate();
        return state;
    }

    public StateView OpenHead() => _store.OpenView(_store.Head!.Root)!;

    /// <summary>So many accounts, any of them.</summary>
    public IReadOnlyCollection<Address> DifferentAccounts(int count)
    {
        HashSet<Address> accounts = [];
        while (accounts.Count < Math.Min(count, _accounts)) accounts.Add(AddressOf(_random.Next(_accounts)));
        return accounts;
    }

    /// <summary>What a block does that pays to so many accounts. They are read from the view, as an execution would.</summary>
    public StateDiff Payments(StateView view, int count)
    {
        StateDiff diff = new();
        foreach (Address address in DifferentAccounts(count))
        {
            view.TryGetAccount(address, out Account account);
            diff.Accounts[address] = new AccountDiff
            {
                Exists = true, Nonce = account.Nonce + 1, Balance = account.Balance + UInt256.One, CodeHash = account.CodeHash,
            };
        }

        return diff;
    }

    /// <summary>Makes a change the head, on the disk when it returns.</summary>
    public void Write(StateChange change)
    {
        StateHead head = _store.Head!;
        WriteBatch batch = new();
        _store.Commit(batch, change, head.Number + 1, change.Root);
        _db.Write(batch, sync: true);
    }

    public void Dispose() => _db.Dispose();

    private void Populate()
    {
        StateDiff diff = new();
        for (int i = 0; i < _accounts; i++)
        {
            diff.Accounts[AddressOf(i)] = new AccountDiff { Exists = true, Nonce = (ulong)(i % 50), Balance = (UInt256)(ulong)(i + 1) * 1_000_000_007 };
        }

        StateChange change = StateStore.Compute(StateView.Empty, diff);
        WriteBatch batch = new();
        _store.Commit(batch, change, 0, change.Root);
        _db.Write(batch, sync: true);
    }

    private static Address AddressOf(int index)
    {
        Span<byte> name = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(name, index);
        return new Address(Keccak256.Hash(name).Bytes[12..]);
    }
}
