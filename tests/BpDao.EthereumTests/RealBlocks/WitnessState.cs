using BpDao.Core;
using BpDao.State.Tables;
using BpDao.State.Trie;

namespace BpDao.EthereumTests.RealBlocks;

/// <summary>A part of a state: the trie nodes and the code that executing some block needs, by their hashes. What is asked for beyond them
/// throws.</summary>
internal sealed class WitnessState(Hash256 root, IReadOnlyDictionary<Hash256, byte[]> content) : IStateView
{
    public bool TryGetAccount(in Address address, out Account account)
    {
        account = default;
        if (Trie(root).Get(Keccak256.Hash(address.Bytes).Bytes) is not { } rlp) return false;
        RlpReader outer = new(rlp);
        Assert(outer.TryReadList(out RlpReader r) & r.TryReadUInt64(out ulong nonce) & r.TryReadUInt256(out UInt256 balance)
            & r.TryReadHash(out Hash256 storageRoot) & r.TryReadHash(out Hash256 codeHash) & r.AtEnd);
        account = new Account(nonce, balance, codeHash, storageRoot);
        return true;
    }

    public UInt256 GetStorage(in Address address, in UInt256 slot)
    {
        if (!TryGetAccount(address, out Account account)) return UInt256.Zero;
        byte[]? rlp = Trie(account.StorageRoot).Get(Keccak256.Hash(slot.ToBigEndian()).Bytes);
        if (rlp is null) return UInt256.Zero;
        RlpReader r = new(rlp);
        Assert(r.TryReadUInt256(out UInt256 value) && r.AtEnd);
        return value;
    }

    public ReadOnlyMemory<byte> GetCode(in Hash256 codeHash) =>
        codeHash == Account.EmptyCodeHash ? default : content.GetValueOrDefault(codeHash) ?? MainnetCode.Find(codeHash) ?? throw new MissingCodeException(codeHash);

    /// <summary>The root of this state after a change.</summary>
    public Hash256 RootAfter(StateDiff diff)
    {
        MerkleTrie accounts = Trie(root);
        RlpWriter rlp = new();
        foreach ((Address address, AccountDiff change) in diff.Accounts)
        {
            Account after = new(change.Nonce, change.Balance, change.CodeHash, change.Exists ? StorageRootAfter(address, change) : default);
            accounts.Set(PathOf(address.Bytes), change.Exists ? AccountCodec.Full(rlp, after) : []);
        }

        return RootOf(accounts);
    }

    private Hash256 StorageRootAfter(in Address address, AccountDiff change)
    {
        bool keeps = !change.StorageCleared && TryGetAccount(address, out _);
        Hash256 before = keeps && TryGetAccount(address, out Account account) ? account.StorageRoot : Account.EmptyTrieRoot;
        MerkleTrie storage = Trie(before);
        RlpWriter rlp = new();
        foreach ((UInt256 slot, UInt256 value) in change.Storage)
        {
            rlp.Clear();
            storage.Set(PathOf(slot.ToBigEndian()), value.IsZero ? [] : rlp.Write(value).ToArray());
        }

        return RootOf(storage);
    }

    private MerkleTrie Trie(in Hash256 trieRoot) => new(new Nodes(content), [], trieRoot);

    private static byte[] PathOf(ReadOnlySpan<byte> key) => Nibbles.Expand(Keccak256.Hash(key).Bytes);

    private static Hash256 RootOf(MerkleTrie trie)
    {
        TrieHasher hasher = new(null);
        hasher.Add(trie);
        hasher.Hash([]);
        return trie.RootHash;
    }

    private static void Assert(bool sound)
    {
        if (!sound) throw new InvalidDataException("A value of the witness is malformed.");
    }

    /// <summary>Every node is found by its hash, wherever it is.</summary>
    private sealed class Nodes(IReadOnlyDictionary<Hash256, byte[]> content) : ITrieNodes
    {
        public byte[]? Recall(in Hash256 hash) => content.GetValueOrDefault(hash);

        public void Remember(in Hash256 hash, byte[] rlp)
        {
        }

        public byte[]? Load(ReadOnlySpan<byte> key, in Hash256 hash) => null;

        public void Load(ReadOnlySpan<byte[]> keys, ReadOnlySpan<Hash256> hashes, Span<byte[]?> rows) => rows.Clear();
    }
}

/// <summary>No archive holds the code of a contract that a block calls.</summary>
internal sealed class MissingCodeException(Hash256 codeHash) : Exception($"the code {codeHash} is in no archive");
