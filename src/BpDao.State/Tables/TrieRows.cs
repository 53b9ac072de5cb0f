using System.Buffers;
using BpDao.Core;
using BpDao.State.Trie;

namespace BpDao.State.Tables;

/// <summary>The nodes of tries as rows of a table. The owner of a storage trie is the hash of its address; the account trie has none.</summary>
/// <param name="reader">The state that the tries are part of.</param>
/// <param name="table">One of the node tables.</param>
internal sealed class TrieRows(StateReader reader, StateTable table) : ITrieNodes
{
    private const int CheckedAtOnce = 64;

    public static MerkleTrie Accounts(StateReader reader, in Hash256 root) => new(new TrieRows(reader, StateTable.AccountNodes), [], root);

    public static MerkleTrie Storage(StateReader reader, in Hash256 owner, in Hash256 root) =>
        new(new TrieRows(reader, StateTable.StorageNodes), owner.Bytes, root);

    public byte[]? Recall(in Hash256 hash) => reader.FindNode(hash);

    public void Remember(in Hash256 hash, byte[] rlp) => reader.CacheNode(hash, rlp);

    public byte[]? Load(ReadOnlySpan<byte> key, in Hash256 hash)
    {
        byte[]? row = reader.Get(table, key);
        if (row is not null && Keccak256.Hash(row) != hash) throw Mistaken(key, hash);
        return row;
    }

    public void Load(ReadOnlySpan<byte[]> keys, ReadOnlySpan<Hash256> hashes, Span<byte[]?> rows)
    {
        reader.Get(table, keys, rows);
        for (int from = 0; from < rows.Length; from += CheckedAtOnce)
        {
            int count = Math.Min(rows.Length - from, CheckedAtOnce);
            Check(keys.Slice(from, count), hashes.Slice(from, count), rows.Slice(from, count));
        }
    }

    private void Check(ReadOnlySpan<byte[]> keys, ReadOnlySpan<Hash256> hashes, Span<byte[]?> rows)
    {
        int length = 0;
        foreach (byte[]? row in rows) length += row?.Length ?? 0;
        byte[] joined = ArrayPool<byte>.Shared.Rent(length);
        Span<int> ends = stackalloc int[rows.Length];
        for (int i = 0, end = 0; i < rows.Length; i++)
        {
            rows[i]?.CopyTo(joined, end);
            ends[i] = end += rows[i]?.Length ?? 0;
        }

        Span<Hash256> found = stackalloc Hash256[rows.Length];
        KeccakBatch.Hash(joined.AsSpan(0, length), ends, found);
        ArrayPool<byte>.Shared.Return(joined);
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] is not null && found[i] != hashes[i]) throw Mistaken(keys[i], hashes[i]);
        }
    }

    private StateCorruptException Mistaken(ReadOnlySpan<byte> key, in Hash256 hash) =>
        new($"The row {Hex.Encode(key)} of {table} is not the node {hash}.");
}
