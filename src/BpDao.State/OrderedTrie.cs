using BpDao.Core;
using BpDao.State.Trie;

namespace BpDao.State;

/// <summary>Root of a list: the trie from the RLP of each index to the item (Yellow Paper §4.3.2). It names the transactions,
/// receipts and withdrawals of a block.</summary>
public static class OrderedTrie
{
    /// <param name="items">As they go into the trie: for typed transactions and receipts the type byte and the payload (EIP-2718).</param>
    public static Hash256 Root(IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        KeyValuePair<byte[], ReadOnlyMemory<byte>>[] sorted = new KeyValuePair<byte[], ReadOnlyMemory<byte>>[items.Count];
        RlpWriter writer = new(8);
        for (int i = 0; i < sorted.Length; i++)
        {
            writer.Clear();
            sorted[IndexInKeyOrder(i, items.Count)] = new(writer.Write((ulong)i).ToArray(), items[i]);
        }

        return SortedTrie.Root(sorted);
    }

    /// <summary>Zero encodes as 0x80: after 1 to 127, before 128.</summary>
    private static int IndexInKeyOrder(int index, int count) => index switch
    {
        0 => Math.Min(count, 128) - 1,
        < 128 => index - 1,
        _ => index,
    };
}
