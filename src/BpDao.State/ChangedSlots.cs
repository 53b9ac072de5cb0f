using BpDao.Core;

namespace BpDao.State;

/// <summary>The slots of several changed accounts, one account behind the other, within an account ascending by the hash of the slot.</summary>
internal sealed class ChangedSlots
{
    private readonly int[] _ends;

    public ChangedSlots(ChangedAccount[] accounts)
    {
        _ends = new int[accounts.Length];
        int count = 0;
        for (int i = 0; i < accounts.Length; i++) _ends[i] = count += accounts[i].Diff.Storage.Count;

        Keys = new byte[count][];
        Values = new byte[count][];
        Hashes = new Hash256[count];
        byte[] slots = new byte[count * UInt256.Size];
        int at = 0;
        foreach (ChangedAccount account in accounts)
        {
            foreach ((UInt256 slot, UInt256 value) in account.Diff.Storage)
            {
                Span<byte> word = slots.AsSpan(at * UInt256.Size, UInt256.Size);
                slot.WriteBigEndian(word);
                Keys[at] = [.. account.Key, .. word];
                Values[at++] = Digits(value);
            }
        }

        KeccakBatch.Hash(slots, UInt256.Size, Hashes);
        int[] order = new int[count];
        for (int i = 0; i < accounts.Length; i++)
        {
            (int from, int of) = Of(i);
            int[] within = HashOrder.Of(Hashes.AsSpan(from, of));
            for (int j = 0; j < of; j++) order[from + j] = from + within[j];
        }

        Hashes = Array.ConvertAll(order, i => Hashes[i]);
        Keys = Array.ConvertAll(order, i => Keys[i]);
        Values = Array.ConvertAll(order, i => Values[i]);
    }

    /// <summary>Their keys in the table.</summary>
    public byte[][] Keys { get; }

    /// <summary>What they change to, big-endian without leading zeros.</summary>
    public byte[][] Values { get; }

    /// <summary>Their keys in the trie.</summary>
    public Hash256[] Hashes { get; }

    /// <summary>Where the slots of an account are.</summary>
    public (int From, int Count) Of(int account)
    {
        int from = account == 0 ? 0 : _ends[account - 1];
        return (from, _ends[account] - from);
    }

    private static byte[] Digits(in UInt256 value)
    {
        Span<byte> word = stackalloc byte[UInt256.Size];
        value.WriteBigEndian(word);
        return word[(UInt256.Size - ((value.BitLength + 7) / 8))..].ToArray();
    }
}
