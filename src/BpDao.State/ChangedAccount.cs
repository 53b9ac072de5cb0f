using BpDao.Core;

namespace BpDao.State;

/// <summary>An account on its way from one state to the next.</summary>
internal sealed class ChangedAccount(AccountDiff diff, in Hash256 trieKey)
{
    public readonly AccountDiff Diff = diff;

    /// <summary>Hash of the address.</summary>
    public readonly Hash256 TrieKey = trieKey;

    /// <summary>The account's key in the tables.</summary>
    public readonly byte[] Key = trieKey.ToArray();

    /// <summary>Slots known by their hash only, ascending, beside those of the diff; a value is big-endian without leading zeros, an empty
    /// one takes the slot away. An account has slots of one kind or the other.</summary>
    public HashedSlot[] HashedSlots = [];

    public int SlotCount => Diff.Storage.Count + HashedSlots.Length;

    /// <summary>The row as it is, and the account in it; null when there is none.</summary>
    public byte[]? Row;

    private Account? _before;

    public Account? Before
    {
        get => _before;
        set
        {
            _before = value;
            StorageRoot = value?.StorageRoot ?? Account.EmptyTrieRoot;
        }
    }

    /// <summary>Of the storage as far as it has been changed.</summary>
    public Hash256 StorageRoot = Account.EmptyTrieRoot;

    /// <summary>The accounts of a diff, ascending by the hash of their address.</summary>
    public static ChangedAccount[] InTrieOrder(StateDiff diff)
    {
        byte[] addresses = new byte[diff.Accounts.Count * Address.Size];
        int at = 0;
        foreach (Address address in diff.Accounts.Keys)
        {
            address.Bytes.CopyTo(addresses.AsSpan(at));
            at += Address.Size;
        }

        Hash256[] hashes = new Hash256[diff.Accounts.Count];
        KeccakBatch.Hash(addresses, Address.Size, hashes);
        ChangedAccount[] accounts = new ChangedAccount[hashes.Length];
        int index = 0;
        foreach (AccountDiff account in diff.Accounts.Values) accounts[index] = new ChangedAccount(account, hashes[index++]);
        return Array.ConvertAll(HashOrder.Of(hashes), i => accounts[i]);
    }
}
