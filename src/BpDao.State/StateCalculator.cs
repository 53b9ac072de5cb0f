using BpDao.Core;
using BpDao.State.Tables;
using BpDao.State.Trie;

namespace BpDao.State;

/// <summary>Makes a <see cref="StateChange"/> of a <see cref="StateDiff"/>. For one diff only.</summary>
internal sealed class StateCalculator
{
    private readonly StateView _parent;
    private readonly MerkleTrie _accounts;
    private readonly TrieRows _accountRows;
    private readonly RowChanges[] _rows = new RowChanges[StateTables.Count];
    private readonly RlpWriter _rlp = new(AccountCodec.LongestSlim);

    private StateCalculator(StateView parent)
    {
        _parent = parent;
        _accountRows = TrieRows.OfAccounts(parent.Reader);
        _accounts = new MerkleTrie(_accountRows, parent.Root);
        for (int i = 0; i < _rows.Length; i++) _rows[i] = new RowChanges();
    }

    public static StateChange Compute(StateView parent, StateDiff diff)
    {
        StateCalculator calculator = new(parent);
        foreach ((Address address, AccountDiff account) in diff.Accounts) calculator.Change(address, account);
        Hash256 root = calculator._accounts.Hash(calculator._accountRows.ChangesIn(calculator.Rows(StateTable.AccountNodes)));
        return new StateChange(parent.Root, root, calculator._rows, new Dictionary<Hash256, ReadOnlyMemory<byte>>(diff.Code));
    }

    private RowChanges Rows(StateTable table) => _rows[(int)table];

    private void Change(in Address address, AccountDiff diff)
    {
        byte[]? before = _parent.Reader.Get(StateTable.Accounts, address.Bytes);
        Hash256 storageRoot = before is null ? Account.EmptyTrieRoot : AccountCodec.ReadSlim(before).StorageRoot;
        if (storageRoot != Account.EmptyTrieRoot && (!diff.Exists || diff.StorageCleared))
        {
            ClearStorage(address);
            storageRoot = Account.EmptyTrieRoot;
        }

        byte[]? after = null;
        Span<byte> trieKey = stackalloc byte[Hash256.Size];
        Keccak256.Hash(address.Bytes, trieKey);
        if (diff.Exists)
        {
            if (diff.Storage.Count != 0) storageRoot = ChangeStorage(address, storageRoot, diff.Storage);
            Account account = new(diff.Nonce, diff.Balance, diff.CodeHash, storageRoot);
            _rlp.Clear();
            AccountCodec.WriteSlim(_rlp, account);
            after = _rlp.ToArray();
            _rlp.Clear();
            AccountCodec.WriteFull(_rlp, account);
            _accounts.Set(trieKey, _rlp.WrittenSpan);
        }
        else
        {
            _accounts.Set(trieKey, default);
        }

        Rows(StateTable.Accounts).Add(address.ToArray(), before, after);
    }

    private Hash256 ChangeStorage(in Address address, in Hash256 root, Dictionary<UInt256, UInt256> storage)
    {
        TrieRows nodes = TrieRows.OfStorage(_parent.Reader, address);
        MerkleTrie trie = new(nodes, root);
        RowChanges slots = Rows(StateTable.Storage);
        Span<byte> word = stackalloc byte[UInt256.Size];
        Span<byte> trieKey = stackalloc byte[Hash256.Size];

        foreach ((UInt256 slot, UInt256 value) in storage)
        {
            byte[] key = new byte[Address.Size + UInt256.Size];
            address.Bytes.CopyTo(key);
            slot.WriteBigEndian(key.AsSpan(Address.Size));
            Keccak256.Hash(key.AsSpan(Address.Size), trieKey);
            byte[]? before = _parent.Reader.Get(StateTable.Storage, key);

            value.WriteBigEndian(word);
            ReadOnlySpan<byte> digits = word[(UInt256.Size - ((value.BitLength + 7) / 8))..];
            slots.Add(key, before, digits.IsEmpty ? null : digits.ToArray());
            _rlp.Clear();
            trie.Set(trieKey, digits.IsEmpty ? default : _rlp.Write(digits).WrittenSpan);
        }

        return trie.Hash(nodes.ChangesIn(Rows(StateTable.StorageNodes)));
    }

    /// <summary>Takes every row of the account's storage away. Costs what that storage is large, no other account is looked at.</summary>
    private void ClearStorage(in Address address)
    {
        foreach (StateTable table in (ReadOnlySpan<StateTable>)[StateTable.Storage, StateTable.StorageNodes])
        {
            foreach (byte[] key in _parent.Reader.Keys(table, address.Bytes)) Rows(table).Add(key, _parent.Reader.Get(table, key), null);
        }
    }
}
