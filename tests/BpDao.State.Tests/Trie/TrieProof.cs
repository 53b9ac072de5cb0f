using BpDao.Core;
using Xunit;

namespace BpDao.State.Tests.Trie;

/// <summary>Checks proofs from nothing but the root, the key and the nodes: on purpose without the trie's own code.</summary>
internal static class TrieProof
{
    /// <summary>The proved value, empty for a proved absence; fails the test when the nodes prove neither.</summary>
    public static byte[] Verify(Hash256 root, ReadOnlySpan<byte> key, IReadOnlyList<byte[]> nodes)
    {
        if (nodes.Count == 0)
        {
            Assert.Equal(Account.EmptyTrieRoot, root);
            return [];
        }

        string path = Convert.ToHexStringLower(key);
        byte[] expected = root.ToArray();
        int used = 0;
        byte[]? embedded = null;
        while (true)
        {
            byte[] node = embedded ?? nodes[used++];
            if (embedded is null) Assert.Equal(expected, Keccak256.Hash(node).ToArray());
            List<(bool IsList, byte[] Bytes)> items = Items(node);
            (bool IsList, byte[] Bytes) next;
            if (items.Count == 17)
            {
                if (path.Length == 0) return Done(items[16].Bytes);
                next = items[Convert.ToInt32(path[..1], 16)];
                path = path[1..];
            }
            else
            {
                Assert.Equal(2, items.Count);
                string packed = Convert.ToHexStringLower(items[0].Bytes);
                string own = packed[0] is '1' or '3' ? packed[1..] : packed[2..];
                bool isLeaf = packed[0] is '2' or '3';
                if (isLeaf) return Done(path == own ? items[1].Bytes : []);
                if (!path.StartsWith(own, StringComparison.Ordinal)) return Done([]);
                path = path[own.Length..];
                next = items[1];
            }

            if (next.Bytes.Length == 0) return Done([]);
            embedded = next.IsList ? next.Bytes : null;
            expected = next.Bytes;
        }

        byte[] Done(byte[] value)
        {
            Assert.Equal(nodes.Count, used);
            return value;
        }
    }

    private static List<(bool IsList, byte[] Bytes)> Items(byte[] node)
    {
        RlpReader outer = new(node);
        Assert.True(outer.TryReadList(out RlpReader list) && outer.AtEnd);
        List<(bool, byte[])> items = [];
        while (!list.AtEnd)
        {
            bool isList = list.IsList;
            ReadOnlySpan<byte> item;
            Assert.True(isList ? list.TryReadRaw(out item) : list.TryReadBytes(out item));
            items.Add((isList, item.ToArray()));
        }

        return items;
    }
}
