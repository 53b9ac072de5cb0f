using BpDao.Core;
using BpDao.State.Trie;

namespace BpDao.State.Tests.Trie;

/// <summary>The rows of one trie, kept up to date by its changes.</summary>
internal sealed class NodeTable : ITrieNodes, ITrieChanges
{
    private readonly Dictionary<string, byte[]> _rows = [];

    public IEnumerable<string> Rows => _rows.Select(row => row.Key + "=" + Convert.ToHexStringLower(row.Value)).Order(StringComparer.Ordinal);

    public byte[]? Load(ReadOnlySpan<byte> path, in Hash256 hash) => _rows.GetValueOrDefault(Convert.ToHexStringLower(path));

    public void Add(byte[] path, byte[]? before, byte[]? after, in Hash256 hash)
    {
        string key = Convert.ToHexStringLower(path);
        if (after is not null) Xunit.Assert.Equal(Keccak256.Hash(after), hash);
        Xunit.Assert.Equal(before, _rows.GetValueOrDefault(key));
        if (after is null) _rows.Remove(key);
        else _rows[key] = after;
    }
}
