using BpDao.Core;
using BpDao.State.Tests.Trie;
using BpDao.State.Trie;
using Xunit;

namespace BpDao.State.Tests;

public sealed class OrderedTrieTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(256)]
    [InlineData(300)]
    public void The_root_is_that_of_the_trie_with_encoded_indices(int count)
    {
        ReadOnlyMemory<byte>[] items = [.. Enumerable.Range(0, count).Select(i => (ReadOnlyMemory<byte>)Enumerable.Repeat((byte)(i + 1), 1 + (i % 70)).ToArray())];
        MerkleTrie trie = new(new NodeTable(), [], Account.EmptyTrieRoot);
        for (int i = 0; i < count; i++) trie.Set(Nibbles.Expand(new RlpWriter().Write((ulong)i).WrittenSpan), items[i].ToArray());

        Assert.Equal(new NodeTable().Apply(trie), OrderedTrie.Root(items));
    }
}
