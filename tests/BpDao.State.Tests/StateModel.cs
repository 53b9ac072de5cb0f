using BpDao.Core;
using BpDao.State.Proofs;
using BpDao.State.Trie;
using CsCheck;
using Xunit;

namespace BpDao.State.Tests;

/// <summary>A state as plain dictionaries, never changed: what the store is compared with.</summary>
internal sealed class StateModel
{
    private readonly Dictionary<Address, ModelAccount> _accounts;

    private readonly Lazy<Hash256> _root;

    private StateModel(Dictionary<Address, ModelAccount> accounts)
    {
        _accounts = accounts;
        _root = new Lazy<Hash256>(ComputeRoot);
    }

    public static StateModel Empty { get; } = new([]);

    /// <summary>Addresses that occur in random diffs.</summary>
    public static Address[] Addresses { get; } = [.. Enumerable.Range(1, 12).Select(i => Address.FromNumber((uint)i * 0x01000193))];

    /// <summary>Slots that occur in random diffs.</summary>
    public static UInt256[] Slots { get; } = [.. Enumerable.Range(0, 9).Select(i => i % 2 == 0 ? (UInt256)(ulong)i : UInt256.MaxValue - (ulong)i)];

    /// <summary>Diffs over few accounts and slots: creations, changes, clearings, deletions and no-ops are all frequent.</summary>
    public static Gen<StateDiff> Diffs { get; } =
        from writes in Gen.Select(Gen.Int[0, Addresses.Length - 1], Accounts()).Array[0, 6]
        select Diff(writes);

    public StateModel With(StateDiff diff)
    {
        Dictionary<Address, ModelAccount> accounts = new(_accounts);
        foreach ((Address address, AccountDiff change) in diff.Accounts)
        {
            accounts.Remove(address, out ModelAccount? old);
            if (!change.Exists) continue;
            Dictionary<UInt256, UInt256> storage = old is null || change.StorageCleared ? [] : new(old.Storage);
            foreach ((UInt256 slot, UInt256 value) in change.Storage)
            {
                storage.Remove(slot);
                if (!value.IsZero) storage[slot] = value;
            }

            accounts[address] = new ModelAccount(change.Nonce, change.Balance, change.CodeHash, storage);
        }

        return new StateModel(accounts);
    }

    public Hash256 Root() => _root.Value;

    /// <summary>The whole state as one diff from nothing.</summary>
    public StateDiff AsDiff()
    {
        StateDiff diff = new();
        foreach ((Address address, ModelAccount account) in _accounts)
        {
            diff.Accounts[address] = new AccountDiff
            {
                Exists = true, Nonce = account.Nonce, Balance = account.Balance, CodeHash = account.CodeHash, Storage = account.Storage,
            };
        }

        return diff;
    }

    /// <summary>Asks a view for every account and slot there might be.</summary>
    public void AssertEquals(IStateView view)
    {
        foreach (Address address in Addresses)
        {
            bool exists = _accounts.TryGetValue(address, out ModelAccount? expected);
            Assert.Equal(exists, view.TryGetAccount(address, out Account account));
            if (exists) Assert.Equal(new Account(expected!.Nonce, expected.Balance, expected.CodeHash, expected.StorageRoot), account);
            foreach (UInt256 slot in Slots)
            {
                Assert.Equal(exists ? expected!.Storage.GetValueOrDefault(slot) : UInt256.Zero, view.GetStorage(address, slot));
            }
        }
    }

    /// <summary>Compares what a proof says with what is so.</summary>
    public void AssertEquals(AccountProof proof)
    {
        bool exists = _accounts.TryGetValue(proof.Address, out ModelAccount? expected);
        Assert.Equal(exists ? new Account(expected!.Nonce, expected.Balance, expected.CodeHash, expected.StorageRoot) : null, proof.Account);
        foreach (StorageProof slot in proof.Storage)
        {
            Assert.Equal(exists ? expected!.Storage.GetValueOrDefault(slot.Slot) : UInt256.Zero, slot.Value);
        }
    }

    private Hash256 ComputeRoot() => Root(_accounts.Select(e => (e.Key.ToArray(), new RlpWriter()
        .StartList().Write(e.Value.Nonce).Write(e.Value.Balance).Write(e.Value.StorageRoot).Write(e.Value.CodeHash).EndList().ToArray())));

    private static Hash256 StorageRoot(Dictionary<UInt256, UInt256> storage) =>
        Root(storage.Select(e => (e.Key.ToBigEndian(), new RlpWriter().Write(e.Value).ToArray())));

    private static Hash256 Root(IEnumerable<(byte[] Key, byte[] Value)> entries) => SortedTrie.Root([.. entries
        .Select(e => KeyValuePair.Create(Keccak256.Hash(e.Key), (ReadOnlyMemory<byte>)e.Value))
        .OrderBy(e => e.Key)
        .Select(e => KeyValuePair.Create(e.Key.ToArray(), e.Value))]);

    private static Gen<AccountDiff> Accounts()
    {
        Gen<UInt256> value = Gen.Frequency((2, Gen.Const(UInt256.Zero)), (2, Gen.ULong[1, 3].Select(v => (UInt256)v)), (1, Gen.Const(UInt256.MaxValue)));
        Gen<(int Slot, UInt256 Value)[]> storage = Gen.Select(Gen.Int[0, Slots.Length - 1], value).Array[0, 6];
        return Gen.Select(Gen.Int[0, 5], Gen.ULong[0, 2], Gen.Bool, Gen.Bool, storage, (kind, nonce, hasCode, cleared, slots) => new AccountDiff
        {
            Exists = kind != 0,
            Nonce = nonce,
            Balance = (UInt256)(ulong)kind,
            CodeHash = hasCode ? Keccak256.Hash([(byte)nonce]) : Account.EmptyCodeHash,
            StorageCleared = cleared,
            Storage = slots.GroupBy(s => Slots[s.Slot]).ToDictionary(g => g.Key, g => g.Last().Value),
        });
    }

    private static StateDiff Diff((int Address, AccountDiff Account)[] writes)
    {
        StateDiff diff = new();
        foreach ((int index, AccountDiff account) in writes)
        {
            diff.Accounts[Addresses[index]] = account;
            if (account.Exists && account.CodeHash != Account.EmptyCodeHash) diff.Code[account.CodeHash] = new[] { (byte)account.Nonce };
        }

        return diff;
    }

    private sealed record ModelAccount(ulong Nonce, UInt256 Balance, Hash256 CodeHash, Dictionary<UInt256, UInt256> Storage)
    {
        private readonly Lazy<Hash256> _storageRoot = new(() => StorageRoot(Storage));

        public Hash256 StorageRoot => _storageRoot.Value;
    }
}
