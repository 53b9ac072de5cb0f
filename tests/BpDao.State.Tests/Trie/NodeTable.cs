using BpDao.Core;
using BpDao.State.Trie;
using Xunit;

namespace BpDao.State.Tests.Trie;

/// <summary>The rows of one trie, kept up to date by its changes.</summary>
internal sealed class NodeTable : ITrieNodes
{
    private readonly Dictionary<string, byte[]> _rows = [];

    public IEnumerable<string> Rows => _rows.Select(row => row.Key + "=" + Convert.ToHexStringLower(row.Value)).Order(StringComparer.Ordinal);

    public int Loads { get; private set; }

    public byte[]? Recall(in Hash256 hash) => null;

    public void Remember(in Hash256 hash, byte[] rlp) => Assert.Equal(Keccak256.Hash(rlp), hash);

    public byte[]? Load(ReadOnlySpan<byte> key, in Hash256 hash)
    {
        lock (_rows) Loads++;
        return _rows.GetValueOrDefault(Convert.ToHexStringLower(key));
    }

    public void Load(ReadOnlySpan<byte[]> keys, ReadOnlySpan<Hash256> hashes, Span<byte[]?> rows)
    {
        lock (_rows)
        {
            for (int i = 0; i < keys.Length; i++) rows[i] = Load(keys[i], hashes[i]);
        }
    }

    /// <summary>Hashes the trie, takes its changes over and returns its root.</summary>
    public Hash256 Apply(MerkleTrie trie)
    {
        List<RowWrite> rows = [];
        trie.ReportGone(rows);
        TrieHasher hasher = new(null);
        hasher.Add(trie);
        hasher.Hash(rows);
        Apply(rows);
        return trie.RootHash;
    }

    public void Apply(IEnumerable<RowWrite> rows)
    {
        foreach ((byte[] path, byte[]? before, byte[]? after) in rows)
        {
            string key = Convert.ToHexStringLower(path);
            Assert.Equal(before, _rows.GetValueOrDefault(key));
            if (after is null) _rows.Remove(key);
            else _rows[key] = after;
        }
    }
}
