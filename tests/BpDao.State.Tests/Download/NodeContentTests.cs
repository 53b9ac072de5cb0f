using BpDao.Core;
using BpDao.State.Download;
using BpDao.State.Ranges;
using BpDao.State.Tests.Trie;
using BpDao.State.Trie;
using CsCheck;
using Xunit;

namespace BpDao.State.Tests.Download;

public sealed class NodeContentTests
{
    // Few bytes in front and one behind: extensions, and nodes inside nodes.
    private static readonly Gen<Hash256> Keys = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2], Gen.Byte, (head, middle, tail) =>
    {
        byte[] key = new byte[Hash256.Size];
        (key[0], key[5], key[^1]) = ((byte)(head * 0x51), (byte)middle, tail);
        return new Hash256(key);
    });

    [Fact]
    public void The_nodes_of_a_trie_name_every_leaf_and_every_gap_once() => Gen.Select(Keys.Array[1, 40], Gen.Int[1, 40]).Sample((keys, length) =>
    {
        NodeTable table = new();
        MerkleTrie trie = new(table, [], Account.EmptyTrieRoot);
        foreach (Hash256 key in keys) trie.Set(Nibbles.Expand(key.Bytes), new byte[length]);
        List<(Hash256 From, Hash256 To, bool IsLeaf)> stretches = [];
        Walk(new MerkleTrie(table, [], table.Apply(trie)), [], stretches);

        stretches.Sort((a, b) => a.From.CompareTo(b.From));
        Assert.Equal(Hash256.Zero, stretches[0].From);
        Assert.Equal(HashSpace.End, stretches[^1].To);
        for (int i = 1; i < stretches.Count; i++) Assert.Equal(stretches[i].From, HashSpace.After(stretches[i - 1].To));
        Assert.Equal(keys.Distinct().Order(), stretches.Where(s => s.IsLeaf).Select(s => s.From));
    });

    [Fact]
    public void A_node_whose_keys_have_another_length_belongs_to_no_state()
    {
        RlpWriter w = new();
        TrieNodeCodec.WriteLeaf(w, [1, 2, 3], [1]);
        Assert.Null(NodeContent.Read([], w.ToArray()));
        Assert.NotNull(NodeContent.Read(new byte[61], w.ToArray()));
    }

    private static void Walk(MerkleTrie trie, byte[] path, List<(Hash256, Hash256, bool)> stretches)
    {
        Hash256 hash = path.Length == 0 ? trie.RootHash : default;
        Visit(path, hash);

        void Visit(byte[] at, Hash256 named)
        {
            byte[] row = trie.Nodes.Load(at, named)!;
            Assert.Equal(named, Keccak256.Hash(row));
            NodeContent content = NodeContent.Read(at, row)!;
            stretches.AddRange(content.Absent.Select(a => (a.From, a.To, false)));
            stretches.AddRange(content.Leaves.Select(l => (l.Key, l.Key, true)));
            foreach ((byte[] child, Hash256 childHash) in content.Children) Visit(child, childHash);
        }
    }
}
