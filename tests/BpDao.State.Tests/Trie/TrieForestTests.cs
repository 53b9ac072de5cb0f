using BpDao.Core;
using BpDao.State.Trie;
using CsCheck;
using Xunit;

namespace BpDao.State.Tests.Trie;

/// <summary>Batches of writes against the same writes one by one: roots and rows, with any number of threads.</summary>
public sealed class TrieForestTests
{
    // Of so many keys most are written several times, and half of the writes are removals: branches collapse at every depth.
    private const int Keys = 600;

    private static readonly Gen<(int Key, byte[] Value)> Write =
        Gen.Select(Gen.Int[0, Keys - 1], Gen.Frequency((1, Gen.Byte.Array[1, 3]), (2, Gen.Byte.Array[33, 60]), (3, Gen.Const(Array.Empty<byte>()))));

    // Small batches take the way of one thread, large ones that of several.
    private static readonly Gen<(int Key, byte[] Value)[]> Batch = Gen.OneOf(Write.Array[0, 20], Write.Array[300, 900]);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_batch_gives_what_the_same_writes_give_one_by_one(int threads) => Batch.Array[1, 5].Sample(
        batches =>
        {
            NodeTable batched = new(), single = new();
            Hash256 root = Account.EmptyTrieRoot;
            Dictionary<int, byte[]> values = [];
            foreach ((int Key, byte[] Value)[] batch in batches)
            {
                Dictionary<int, byte[]> last = batch.GroupBy(w => w.Key).ToDictionary(g => g.Key, g => g.Last().Value);
                MerkleTrie trie = new(single, [], root);
                foreach ((int key, byte[] value) in last) trie.Set(Nibbles.Expand(Name(key).Bytes), value);
                Hash256 expected = single.Apply(trie);

                MerkleTrie whole = new(batched, [], root);
                TrieForest forest = new(batched, threads);
                forest.Update([new TrieUpdate(whole, Writes(last, values), 0, last.Count)]);
                batched.Apply(forest.Rows);
                root = whole.RootHash;
                Assert.Equal(expected, root);
                Assert.Equal(single.Rows, batched.Rows);
                foreach ((int key, byte[] value) in last)
                {
                    if (value.Length == 0) values.Remove(key);
                    else values[key] = value;
                }
            }
        },
        iter: 60, threads: 1);

    [Fact]
    public void Many_tries_change_together_as_each_alone() => Batch.Array[1, 12].Sample(
        batches =>
        {
            NodeTable together = new();
            TrieUpdate[] updates = new TrieUpdate[batches.Length];
            Hash256[] expected = new Hash256[batches.Length];
            for (int i = 0; i < batches.Length; i++)
            {
                Dictionary<int, byte[]> last = batches[i].GroupBy(w => w.Key).ToDictionary(g => g.Key, g => g.Last().Value);
                updates[i] = new TrieUpdate(new MerkleTrie(together, [(byte)(0x80 + i)], Account.EmptyTrieRoot), Writes(last, []), 0, last.Count);
                expected[i] = SortedTrie.Root([.. last.Where(w => w.Value.Length != 0)
                    .Select(w => KeyValuePair.Create(Name(w.Key).ToArray(), (ReadOnlyMemory<byte>)w.Value))
                    .OrderBy(w => w.Key, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))]);
            }

            TrieForest forest = new(together, 3);
            forest.Update(updates);
            together.Apply(forest.Rows);
            Assert.Equal(expected, updates.Select(u => u.Trie.RootHash));
        },
        iter: 40, threads: 1);

    [Fact]
    public void A_leaf_whose_value_is_known_is_not_loaded()
    {
        NodeTable table = new();
        Dictionary<int, byte[]> first = Enumerable.Range(0, Keys).ToDictionary(i => i, i => new byte[40]);
        MerkleTrie trie = new(table, [], Account.EmptyTrieRoot);
        TrieForest forest = new(table, 1);
        forest.Update([new TrieUpdate(trie, Writes(first, []), 0, Keys)]);
        table.Apply(forest.Rows);

        // Every leaf changes, so every node is on the way; of these only branches are asked for.
        Dictionary<int, byte[]> second = Enumerable.Range(0, Keys).ToDictionary(i => i, i => new byte[41]);
        int branches = table.Rows.Count() - Keys;
        int before = table.Loads;
        new TrieForest(table, 1).Update([new TrieUpdate(new MerkleTrie(table, [], trie.RootHash), Writes(second, first), 0, Keys)]);
        Assert.Equal(branches, table.Loads - before);
    }

    [Fact]
    public void A_missing_node_is_reported_as_corruption_by_any_thread()
    {
        Dictionary<int, byte[]> writes = Enumerable.Range(0, Keys).ToDictionary(i => i, i => new byte[40]);
        NodeTable table = new();
        MerkleTrie trie = new(table, [], Account.EmptyTrieRoot);
        TrieForest forest = new(table, 4);
        forest.Update([new TrieUpdate(trie, Writes(writes, []), 0, Keys)]);
        table.Apply(forest.Rows.Where(row => row.Key.Length != 1 || row.Key[0] != 7));

        MerkleTrie damaged = new(table, [], trie.RootHash);
        Assert.Throws<StateCorruptException>(() => new TrieForest(table, 4).Update([new TrieUpdate(damaged, Writes(writes, []), 0, Keys)]));
    }

    private static Hash256 Name(int key) => Keccak256.Hash(BitConverter.GetBytes(key));

    private static TrieWrites Writes(Dictionary<int, byte[]> after, Dictionary<int, byte[]> before)
    {
        TrieWrites writes = new(after.Count);
        int i = 0;
        foreach ((int key, byte[] value) in after.OrderBy(w => Name(w.Key))) writes.Set(i++, Name(key), before.GetValueOrDefault(key), value);
        return writes;
    }
}
