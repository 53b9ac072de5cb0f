using BpDao.Core;

namespace BpDao.Testing;

/// <summary>One account of a <see cref="TestState"/>.</summary>
public sealed record TestAccount(
    Address Address, ulong Nonce, UInt256 Balance, ReadOnlyMemory<byte> Code, IReadOnlyDictionary<UInt256, UInt256> Storage);

/// <summary>A state as plain dictionaries. As a view it is a snapshot only as long as nobody changes it.</summary>
public sealed class TestState : IStateView
{
    private readonly Dictionary<Address, Entry> _accounts = [];
    private readonly Dictionary<Hash256, ReadOnlyMemory<byte>> _code = [];

    /// <summary>In no order.</summary>
    public IEnumerable<TestAccount> Accounts =>
        _accounts.Select(a => new TestAccount(a.Key, a.Value.Nonce, a.Value.Balance, GetCode(a.Value.CodeHash), a.Value.Storage));

    public TestState With(Address address, UInt256? balance = null, ulong nonce = 0, byte[]? code = null, params (UInt256 Slot, UInt256 Value)[] storage)
    {
        Hash256 codeHash = Keccak256.Hash(code);
        if (code is { Length: > 0 }) _code[codeHash] = code;
        _accounts[address] = new Entry(nonce, balance ?? UInt256.Zero, codeHash, storage.ToDictionary(s => s.Slot, s => s.Value));
        return this;
    }

    /// <summary>The state after a change, as whoever stores it has to understand it.</summary>
    public TestState After(StateDiff diff)
    {
        TestState after = new();
        foreach ((Hash256 hash, ReadOnlyMemory<byte> code) in _code.Concat(diff.Code)) after._code[hash] = code;
        foreach ((Address address, Entry entry) in _accounts) after._accounts[address] = entry;
        foreach ((Address address, AccountDiff changed) in diff.Accounts)
        {
            bool keepsStorage = changed.Exists && !changed.StorageCleared && _accounts.ContainsKey(address);
            Dictionary<UInt256, UInt256> storage = keepsStorage ? new(_accounts[address].Storage) : [];
            foreach ((UInt256 slot, UInt256 value) in changed.Storage)
            {
                if (value.IsZero) storage.Remove(slot);
                else storage[slot] = value;
            }

            if (changed.Exists) after._accounts[address] = new Entry(changed.Nonce, changed.Balance, changed.CodeHash, storage);
            else after._accounts.Remove(address);
        }

        return after;
    }

    public bool TryGetAccount(in Address address, out Account account)
    {
        bool exists = _accounts.TryGetValue(address, out Entry? entry);
        account = entry is null ? default : new Account(entry.Nonce, entry.Balance, entry.CodeHash, StorageMark(entry));
        return exists;
    }

    public UInt256 GetStorage(in Address address, in UInt256 slot) =>
        _accounts.TryGetValue(address, out Entry? entry) ? entry.Storage.GetValueOrDefault(slot) : UInt256.Zero;

    public ReadOnlyMemory<byte> GetCode(in Hash256 codeHash) => codeHash == Account.EmptyCodeHash ? default : _code[codeHash];

    /// <summary>Stands for the root: readers only ask whether it is the empty one.</summary>
    private static Hash256 StorageMark(Entry entry) =>
        entry.Storage.Values.All(v => v.IsZero) ? Account.EmptyTrieRoot : Keccak256.Hash([1]);

    private sealed record Entry(ulong Nonce, UInt256 Balance, Hash256 CodeHash, Dictionary<UInt256, UInt256> Storage);
}
