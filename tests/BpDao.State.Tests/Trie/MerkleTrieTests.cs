using BpDao.Core;
using BpDao.State.Trie;
using CsCheck;
using Xunit;

namespace BpDao.State.Tests.Trie;

public sealed class MerkleTrieTests
{
    private static readonly byte[] CrowdedBytes = [0x00, 0x01, 0x10, 0x11, 0xff];

    // Few distinct bytes and short keys: forks, extensions, values inside branches and nodes shorter than a hash all occur.
    private static readonly Gen<byte[]> CrowdedKey = Gen.Int[0, 4].Select(i => CrowdedBytes[i]).Array[0, 4];
    private static readonly Gen<byte[]> HashedKey = Gen.Int[0, 60].Select(i => Keccak256.Hash([(byte)i]).ToArray());
    private static readonly Gen<byte[]> Value = Gen.Frequency((3, Gen.Byte.Array[1, 3]), (2, Gen.Byte.Array[30, 60]), (3, Gen.Const(Array.Empty<byte>())));

    [Fact]
    public void An_empty_trie_has_the_empty_root()
    {
        Assert.Equal(Account.EmptyTrieRoot, new NodeTable().Apply(new MerkleTrie(new NodeTable(), [], Account.EmptyTrieRoot)));
        Assert.Equal(Account.EmptyTrieRoot, SortedTrie.Root([]));
        Assert.Equal(Account.EmptyTrieRoot, Keccak256.Hash([0x80]));
    }

    [Fact]
    public void Crowded_keys_in_batches_give_the_trie_that_is_built_at_once() => Check(CrowdedKey);

    [Fact]
    public void Hashed_keys_in_batches_give_the_trie_that_is_built_at_once() => Check(HashedKey);

    [Fact]
    public void A_missing_node_is_reported_as_corruption()
    {
        MerkleTrie trie = new(new NodeTable(), [], Keccak256.Hash([1]));
        Assert.Throws<StateCorruptException>(() => trie.Get([1]));
    }

    [Fact]
    public void Only_changed_rows_are_reported()
    {
        NodeTable table = new();
        Hash256 root = Write(table, Account.EmptyTrieRoot, Enumerable.Range(0, 200).Select(i => (Keccak256.Hash([(byte)i]).ToArray(), new byte[40])));
        MerkleTrie trie = new(table, [], root);
        trie.Set(Nibbles.Expand(Keccak256.Hash([7]).Bytes), [1]);
        trie.Set(Nibbles.Expand(Keccak256.Hash([8]).Bytes), new byte[40]);
        trie.Set(Nibbles.Expand(Keccak256.Hash([201]).Bytes), []);
        List<RowWrite> rows = [];
        TrieHasher hasher = new(null);
        hasher.Add(trie);
        hasher.Hash(rows);

        // From the root to one leaf, among 200: no more than four nodes.
        Assert.InRange(rows.Count, 2, 4);
        Assert.All(rows, row => Assert.True(Nibbles.Expand(Keccak256.Hash([7]).Bytes).AsSpan().StartsWith(row.Key)));
    }

    private static void Check(Gen<byte[]> key) =>
        Gen.Select(key, Value).Array[0, 12].Array[1, 8].Sample(
            batches =>
            {
                SortedDictionary<byte[], ReadOnlyMemory<byte>> model = new(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
                NodeTable table = new();
                Hash256 root = Account.EmptyTrieRoot;
                foreach ((byte[] Key, byte[] Value)[] batch in batches)
                {
                    root = Write(table, root, batch);
                    foreach ((byte[] k, byte[] value) in batch)
                    {
                        if (value.Length == 0) model.Remove(k);
                        else model[k] = value;
                    }

                    Assert.Equal(SortedTrie.Root([.. model]), root);
                }

                // Not one row more or less than a trie that never saw anything else.
                NodeTable fresh = new();
                Assert.Equal(root, Write(fresh, Account.EmptyTrieRoot, model.Select(e => (e.Key, e.Value.ToArray()))));
                Assert.Equal(fresh.Rows, table.Rows);

                MerkleTrie reader = new(table, [], root);
                foreach ((byte[] k, _) in batches.SelectMany(b => b))
                {
                    Assert.Equal(model.TryGetValue(k, out ReadOnlyMemory<byte> value) ? value.ToArray() : null, reader.Get(k));
                    Assert.Equal(reader.Get(k) ?? [], TrieProof.Verify(root, k, new MerkleTrie(table, [], root).Prove(k)));
                }
            },
            iter: 300);

    private static Hash256 Write(NodeTable table, Hash256 root, IEnumerable<(byte[] Key, byte[] Value)> writes)
    {
        MerkleTrie trie = new(table, [], root);
        foreach ((byte[] key, byte[] value) in writes) trie.Set(Nibbles.Expand(key), value);
        return table.Apply(trie);
    }
}
