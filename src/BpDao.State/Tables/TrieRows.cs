using BpDao.Core;
using BpDao.State.Trie;

namespace BpDao.State.Tables;

/// <summary>The nodes of one trie as rows of a table.</summary>
/// <param name="reader">The state that the trie is part of.</param>
/// <param name="table">One of the node tables.</param>
/// <param name="owner">The address whose storage it is; empty for the account trie.</param>
internal sealed class TrieRows(StateReader reader, StateTable table, ReadOnlySpan<byte> owner) : ITrieNodes
{
    private readonly byte[] _owner = owner.ToArray();

    public static TrieRows OfAccounts(StateReader reader) => new(reader, StateTable.AccountNodes, []);

    public static TrieRows OfStorage(StateReader reader, in Address owner) => new(reader, StateTable.StorageNodes, owner.Bytes);

    public byte[]? Load(ReadOnlySpan<byte> path, in Hash256 hash)
    {
        Span<byte> key = stackalloc byte[StateTables.LongestKey];
        _owner.CopyTo(key);
        path.CopyTo(key[_owner.Length..]);
        return reader.GetNode(table, key[..(_owner.Length + path.Length)], hash);
    }

    /// <summary>Where a change of this trie is collected.</summary>
    public ITrieChanges ChangesIn(RowChanges rows) => new Changes(rows, _owner, reader);

    private sealed class Changes(RowChanges rows, byte[] owner, StateReader reader) : ITrieChanges
    {
        public void Add(byte[] path, byte[]? before, byte[]? after, in Hash256 hash)
        {
            rows.Add([.. owner, .. path], before, after);
            if (after is not null) reader.CacheNode(hash, after);
        }
    }
}
