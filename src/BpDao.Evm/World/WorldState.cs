using System.Runtime.CompilerServices;
using BpDao.Core;

namespace BpDao.Evm;

/// <summary>A point of the running transaction that can be returned to.</summary>
public readonly record struct Snapshot(int Changes, int Logs, long Refund);

/// <summary>The state while blocks execute: a journaled overlay over a view, which it never writes to.</summary>
/// <remarks>Between two <see cref="CommitTransaction"/> every change can be undone to a <see cref="Snapshot"/>. At the end
/// <see cref="BuildDiff"/> says as a value what changed. Not thread-safe; make one for each execution, they are cheap.</remarks>
public sealed class WorldState(IStateView view)
{
    private readonly Dictionary<Address, AccountState> _accounts = [];
    private readonly Dictionary<Hash256, ReadOnlyMemory<byte>> _newCode = [];
    private readonly List<AccountState> _touched = [];
    private readonly List<LogEntry> _logs = [];
    private readonly Journal _journal = new();
    private uint _transaction = 1;

    /// <summary>Logs of the running transaction.</summary>
    public IReadOnlyList<LogEntry> Logs => _logs;

    /// <summary>The refund counter of the running transaction, in gas.</summary>
    public long Refund { get; internal set; }

    public bool Exists(in Address address) => Load(address).Exists;

    public ulong GetNonce(in Address address) => Load(address).Nonce;

    /// <summary>In wei.</summary>
    public UInt256 GetBalance(in Address address) => Load(address).Balance;

    /// <summary><see cref="Account.EmptyCodeHash"/> for accounts that do not exist.</summary>
    public Hash256 GetCodeHash(in Address address) => Load(address).CodeHash;

    public ReadOnlyMemory<byte> GetCode(in Address address) => CodeOf(Load(address));

    public UInt256 GetStorage(in Address address, in UInt256 slot) => LoadSlot(Load(address), slot, out _).Current;

    /// <summary>Adds wei and touches the account (EIP-161), which comes into being if it was not there.</summary>
    public void Credit(in Address address, in UInt256 amount) => Credit(Load(address), amount);

    /// <summary>Takes wei away; false and nothing done when there is less.</summary>
    public bool TryDebit(in Address address, in UInt256 amount) => TryDebit(Load(address), amount);

    public void SetBalance(in Address address, in UInt256 balance)
    {
        AccountState account = Load(address);
        Touch(account);
        ChangeBalance(account, balance);
    }

    public void SetNonce(in Address address, ulong nonce)
    {
        AccountState account = Load(address);
        Touch(account);
        SetNonce(account, nonce);
    }

    public void SetCode(in Address address, ReadOnlyMemory<byte> code)
    {
        AccountState account = Load(address);
        Touch(account);
        SetCode(account, code);
    }

    public void SetStorage(in Address address, in UInt256 slot, in UInt256 value)
    {
        AccountState account = Load(address);
        Touch(account);
        LoadSlot(account, slot, out int index);
        SetStorage(account, index, value);
    }

    public Snapshot TakeSnapshot() => new(_journal.Mark(), _logs.Count, Refund);

    /// <summary>Undoes everything since the snapshot, which must be of the running transaction.</summary>
    public void Restore(in Snapshot snapshot)
    {
        _journal.UndoTo(snapshot.Changes);
        _logs.RemoveRange(snapshot.Logs, _logs.Count - snapshot.Logs);
        Refund = snapshot.Refund;
    }

    /// <summary>Ends the running transaction: destroyed accounts and, from EIP-158 on, touched empty ones go; logs, refund, access
    /// lists and transient storage start anew. What the transaction did can no longer be undone.</summary>
    public void CommitTransaction(IReleaseSpec spec)
    {
        foreach (AccountState account in _touched)
        {
            bool destroyed = account.DestroyedIn == _transaction;
            bool emptied = spec.IsEip158 && account.TouchedIn == _transaction && account.Exists && account.IsEmpty;
            if (destroyed || emptied) Delete(account);
        }

        _touched.Clear();
        _logs.Clear();
        _journal.Clear();
        Refund = 0;
        _transaction++;
    }

    /// <summary>What differs from the view now, as a value. Changes nothing; call it after <see cref="CommitTransaction"/>.</summary>
    public StateDiff BuildDiff()
    {
        StateDiff diff = new();
        foreach (AccountState account in _accounts.Values)
        {
            if (DiffBuilder.Of(account) is not { } changed) continue;
            diff.Accounts.Add(account.Address, changed);
            if (changed.Exists && changed.CodeHash != account.InView.CodeHash && _newCode.TryGetValue(changed.CodeHash, out ReadOnlyMemory<byte> code))
            {
                diff.Code.TryAdd(changed.CodeHash, code);
            }
        }

        return diff;
    }

    internal AccountState Load(in Address address)
    {
        if (_accounts.TryGetValue(address, out AccountState? known)) return known;
        bool exists = view.TryGetAccount(address, out Account account);
        AccountState loaded = new(address, exists, exists ? account : Account.Empty);
        _accounts.Add(address, loaded);
        return loaded;
    }

    internal ReadOnlyMemory<byte> CodeOf(AccountState account)
    {
        if (!account.HasCode) return default;
        return _newCode.TryGetValue(account.CodeHash, out ReadOnlyMemory<byte> code) ? code : view.GetCode(account.CodeHash);
    }

    /// <summary>The slot of an account; the reference holds until another slot of the account is loaded.</summary>
    internal ref Slot LoadSlot(AccountState account, in UInt256 key, out int index)
    {
        SlotTable table = account.Storage ??= new SlotTable();
        index = table.Find(key);
        if (index < 0)
        {
            bool inView = account.ExistedInView && !account.StorageCleared;
            index = table.Add(key, inView ? view.GetStorage(account.Address, key) : UInt256.Zero);
        }

        return ref table[index];
    }

    /// <summary>The value the slot had when the running transaction began (EIP-2200).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal UInt256 OriginalOf(in Slot slot) => slot.OriginalIn == _transaction ? slot.Original : slot.Current;

    internal void SetStorage(AccountState account, int index, in UInt256 value)
    {
        ref Slot slot = ref account.Storage![index];
        if (slot.Current == value) return;
        if (slot.OriginalIn != _transaction)
        {
            slot.Original = slot.Current;
            slot.OriginalIn = _transaction;
        }

        _journal.AddSlot(account, ChangeKind.Storage, slot.Current, index, ref slot.Noted);
        slot.Current = value;
    }

    internal UInt256 GetTransient(AccountState account, in UInt256 key)
    {
        if (account.Transient is not { } table) return UInt256.Zero;
        int index = table.Find(key);
        return index >= 0 && table[index].OriginalIn == _transaction ? table[index].Current : UInt256.Zero;
    }

    internal void SetTransient(AccountState account, in UInt256 key, in UInt256 value)
    {
        SlotTable table = account.Transient ??= new SlotTable();
        int index = table.Find(key);
        if (index < 0) index = table.Add(key, UInt256.Zero);
        ref Slot slot = ref table[index];
        if (slot.OriginalIn != _transaction)
        {
            slot.OriginalIn = _transaction;
            slot.Current = UInt256.Zero;
        }

        _journal.AddSlot(account, ChangeKind.Transient, slot.Current, index, ref slot.Noted);
        slot.Current = value;
    }

    /// <summary>Puts the account on the access list; true when it was not there (EIP-2929).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool WarmUp(AccountState account)
    {
        if (account.WarmIn == _transaction) return false;
        _journal.Add(account, ChangeKind.WarmAccount, account.WarmIn);
        account.WarmIn = _transaction;
        return true;
    }

    /// <summary>Puts the slot on the access list; true when it was not there (EIP-2929).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool WarmUp(AccountState account, ref Slot slot, int index)
    {
        if (slot.WarmIn == _transaction) return false;
        _journal.Add(account, ChangeKind.WarmSlot, slot.WarmIn, index);
        slot.WarmIn = _transaction;
        return true;
    }

    internal void Credit(AccountState account, in UInt256 amount)
    {
        Touch(account);
        if (!amount.IsZero) ChangeBalance(account, account.Balance + amount);
    }

    internal bool TryDebit(AccountState account, in UInt256 amount)
    {
        if (account.Balance < amount) return false;
        Touch(account);
        if (!amount.IsZero) ChangeBalance(account, account.Balance - amount);
        return true;
    }

    internal void SetNonce(AccountState account, ulong nonce)
    {
        _journal.Add(account, ChangeKind.Nonce, account.Nonce);
        account.Nonce = nonce;
    }

    internal void SetCode(AccountState account, ReadOnlyMemory<byte> code)
    {
        Hash256 hash = Keccak256.Hash(code.Span);
        if (hash == account.CodeHash) return;
        if (!code.IsEmpty) _newCode.TryAdd(hash, code);
        _journal.AddWord(account, ChangeKind.Code, UInt256.FromHash(account.CodeHash));
        account.CodeHash = hash;
        account.Code = null;
    }

    /// <summary>EIP-161: the account takes part in the transaction and exists, if only until the transaction ends.</summary>
    internal void Touch(AccountState account)
    {
        if (account.TouchedIn != _transaction)
        {
            _journal.Add(account, ChangeKind.Touched, account.TouchedIn);
            account.TouchedIn = _transaction;
            _touched.Add(account);
        }

        if (account.Exists) return;
        _journal.Add(account, ChangeKind.Existence, 0);
        account.Exists = true;
    }

    internal bool WasCreated(AccountState account) => account.CreatedIn == _transaction;

    internal void MarkCreated(AccountState account)
    {
        _journal.Add(account, ChangeKind.Created, account.CreatedIn);
        account.CreatedIn = _transaction;
    }

    internal bool IsDestroyed(AccountState account) => account.DestroyedIn == _transaction;

    internal void MarkDestroyed(AccountState account)
    {
        Touch(account);
        _journal.Add(account, ChangeKind.Destroyed, account.DestroyedIn);
        account.DestroyedIn = _transaction;
    }

    internal void AddLog(LogEntry log) => _logs.Add(log);

    private void ChangeBalance(AccountState account, in UInt256 balance)
    {
        _journal.AddWord(account, ChangeKind.Balance, account.Balance);
        account.Balance = balance;
    }

    private static void Delete(AccountState account)
    {
        account.Exists = false;
        account.Nonce = 0;
        account.Balance = UInt256.Zero;
        account.CodeHash = Account.EmptyCodeHash;
        account.Code = null;
        account.Storage = null;
        account.Transient = null;
        account.StorageCleared = true;
    }
}
