using BpDao.Core;
using BpDao.Db;
using BpDao.State.Tables;
using BpDao.State.Trie;

namespace BpDao.State.Ranges;

/// <summary>A committed state as <c>snap/1</c> serves it: leaves in the order of their hashes, proofs of where a range begins and ends, trie nodes
/// by their path, code by its hash.</summary>
/// <remarks>Dispose it soon: it keeps replaced rows on disk. For one thread.</remarks>
public sealed class StateRanges : IDisposable
{
    private readonly IDbSnapshot _snapshot;
    private readonly StateReader _reader;

    internal StateRanges(in Hash256 root, IDbSnapshot snapshot, StateReader reader) => (Root, _snapshot, _reader) = (root, snapshot, reader);

    public Hash256 Root { get; }

    /// <summary>Accounts from a hash on, included. Dispose the walk before this.</summary>
    public LeafWalk Accounts(in Hash256 from) => new(_reader.Walk(StateTable.Accounts, new KeyRange(from.ToArray(), null)));

    /// <summary>Slots of an account from a hash on, included. Dispose the walk before this.</summary>
    public LeafWalk Slots(in Hash256 account, in Hash256 from) =>
        new(_reader.Walk(StateTable.Storage, KeyRange.PrefixFrom([.. account.Bytes, .. from.Bytes], Hash256.Size)));

    /// <summary>An account by the hash of its address, or null.</summary>
    public Account? Account(in Hash256 hash) => _reader.Get(StateTable.Accounts, hash.Bytes) is { } slim ? AccountCodec.ReadSlim(slim) : null;

    /// <summary>The nodes that prove where a range of accounts begins, and where it ends.</summary>
    /// <param name="from">What was asked for, there or not.</param>
    /// <param name="last">The last account of the range; null when there is none from <paramref name="from"/> on.</param>
    public IReadOnlyList<byte[]> ProveAccounts(in Hash256 from, Hash256? last) => Prove(TrieRows.Accounts(_reader, Root), from, last);

    /// <summary>The same for slots of an account.</summary>
    public IReadOnlyList<byte[]> ProveSlots(in Hash256 account, in Hash256 storageRoot, in Hash256 from, Hash256? last) =>
        Prove(TrieRows.Storage(_reader, account, storageRoot), from, last);

    /// <summary>The node of the account trie at a path of nibbles, or null.</summary>
    public byte[]? AccountNode(ReadOnlySpan<byte> path) => _reader.Get(StateTable.AccountNodes, path);

    /// <summary>The node of an account's storage trie at a path of nibbles, or null.</summary>
    public byte[]? StorageNode(in Hash256 account, ReadOnlySpan<byte> path) => _reader.Get(StateTable.StorageNodes, [.. account.Bytes, .. path]);

    /// <summary>Code by its hash, or null.</summary>
    public ReadOnlyMemory<byte>? Code(in Hash256 hash) => _reader.FindCode(hash);

    public void Dispose() => _snapshot.Dispose();

    private static List<byte[]> Prove(MerkleTrie trie, in Hash256 from, Hash256? last)
    {
        List<byte[]> nodes = trie.Prove(from.Bytes);
        if (last is not { } end) return nodes;
        List<byte[]> right = trie.Prove(end.Bytes);
        // Both go the same way down to where they part; from there on no node is on both.
        int shared = 0;
        while (shared < Math.Min(nodes.Count, right.Count) && ReferenceEquals(nodes[shared], right[shared])) shared++;
        nodes.AddRange(right.Skip(shared));
        return nodes;
    }
}
