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
        for (int i = 0; i < accounts.Length; i++) _ends[i] = count += accounts[i].SlotCount;

        Values = new byte[count][];
        Hashes = new Hash256[count];
        TakeHashed(accounts);
        HashNamed(accounts);
        Sort(accounts.Length);
        Keys = new byte[count][];
        for (int i = 0; i < accounts.Length; i++)
        {
            (int from, int of) = Of(i);
            for (int j = from; j < from + of; j++) Keys[j] = [.. accounts[i].Key, .. Hashes[j].Bytes];
        }
    }

    /// <summary>Their keys in the table.</summary>
    public byte[][] Keys { get; }

    /// <summary>What they change to, big-endian without leading zeros.</summary>
    public byte[][] Values { get; private set; }

    /// <summary>Their keys in the trie.</summary>
    public Hash256[] Hashes { get; private set; }

    /// <summary>Where the slots of an account are.</summary>
    public (int From, int Count) Of(int account)
    {
        int from = account == 0 ? 0 : _ends[account - 1];
        return (from, _ends[account] - from);
    }

    private void TakeHashed(ChangedAccount[] accounts)
    {
        for (int i = 0; i < accounts.Length; i++)
        {
            int at = Of(i).From;
            foreach (HashedSlot slot in accounts[i].HashedSlots) (Hashes[at], Values[at++]) = (slot.Hash, slot.Digits);
        }
    }

    private void HashNamed(ChangedAccount[] accounts)
    {
        byte[] slots = new byte[Values.Length * UInt256.Size];
        int count = 0;
        for (int i = 0; i < accounts.Length; i++)
        {
            int at = Of(i).From;
            foreach ((UInt256 slot, UInt256 value) in accounts[i].Diff.Storage)
            {
                slot.WriteBigEndian(slots.AsSpan(count++ * UInt256.Size, UInt256.Size));
                Values[at++] = Digits(value);
            }
        }

        if (count == 0) return;
        Hash256[] hashes = count == Hashes.Length ? Hashes : new Hash256[count];
        KeccakBatch.Hash(slots.AsSpan(0, count * UInt256.Size), UInt256.Size, hashes);
        if (hashes == Hashes) return;
        count = 0;
        for (int i = 0; i < accounts.Length; i++)
        {
            int named = accounts[i].Diff.Storage.Count;
            hashes.AsSpan(count, named).CopyTo(Hashes.AsSpan(Of(i).From));
            count += named;
        }
    }

    private void Sort(int accounts)
    {
        int[] order = new int[Hashes.Length];
        for (int i = 0; i < accounts; i++)
        {
            (int from, int of) = Of(i);
            int[] within = HashOrder.Of(Hashes.AsSpan(from, of));
            for (int j = 0; j < of; j++) order[from + j] = from + within[j];
        }

        Hashes = Array.ConvertAll(order, i => Hashes[i]);
        Values = Array.ConvertAll(order, i => Values[i]);
    }

    private static byte[] Digits(in UInt256 value)
    {
        Span<byte> word = stackalloc byte[UInt256.Size];
        value.WriteBigEndian(word);
        return word[(UInt256.Size - ((value.BitLength + 7) / 8))..].ToArray();
    }
}
