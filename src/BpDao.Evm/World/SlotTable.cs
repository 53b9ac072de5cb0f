using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using BpDao.Core;

namespace BpDao.Evm;

/// <summary>One storage slot as the running block sees it.</summary>
internal struct Slot
{
    public UInt256 Key;

    /// <summary>The value now.</summary>
    public UInt256 Current;

    /// <summary>The value when transaction <see cref="OriginalIn"/> began (EIP-2200); in any other transaction it is <see cref="Current"/>.</summary>
    public UInt256 Original;

    /// <summary>The value in the view the block runs on.</summary>
    public UInt256 InView;

    /// <summary>The transaction that wrote the slot last.</summary>
    public uint OriginalIn;

    /// <summary>The transaction that has accessed the slot (EIP-2929).</summary>
    public uint WarmIn;

    internal int Next;
}

/// <summary>Slots of one account by key. Grows only; an index stays valid, a reference until the next <see cref="Add"/>.</summary>
internal sealed class SlotTable
{
    // Keys are chosen by contracts: a secret per process keeps them from choosing collisions. No result depends on it.
    private static readonly ulong Seed0 = RandomSeed(), Seed1 = RandomSeed();

    private int[] _buckets = new int[8]; // index + 1 of the newest slot of each chain
    private Slot[] _slots = new Slot[8];

    public int Count { get; private set; }

    public ref Slot this[int index] => ref _slots[index];

    /// <summary>The index of a key, or −1.</summary>
    public int Find(in UInt256 key)
    {
        Slot[] slots = _slots;
        int index = _buckets[Hash(key) & (uint)(_buckets.Length - 1)] - 1;
        while ((uint)index < (uint)slots.Length)
        {
            ref Slot slot = ref slots[index];
            if (slot.Key == key) return index;
            index = slot.Next;
        }

        return -1;
    }

    /// <summary>Takes in a key that is not there yet and returns its index.</summary>
    public int Add(in UInt256 key, in UInt256 inView)
    {
        if (Count == _slots.Length) Grow();
        int index = Count++;
        ref Slot slot = ref _slots[index];
        slot.Key = key;
        slot.Current = slot.InView = inView;
        Link(index);
        return index;
    }

    private void Link(int index)
    {
        ref Slot slot = ref _slots[index];
        ref int bucket = ref _buckets[Hash(slot.Key) & (uint)(_buckets.Length - 1)];
        slot.Next = bucket - 1;
        bucket = index + 1;
    }

    private void Grow()
    {
        Array.Resize(ref _slots, _slots.Length * 2);
        _buckets = new int[_slots.Length];
        for (int i = 0; i < Count; i++) Link(i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(in UInt256 key)
    {
        ulong high = Math.BigMul(key.L0 ^ Seed0, key.L1 ^ Seed1, out ulong low);
        ulong high2 = Math.BigMul(key.L2 ^ Seed1 ^ low, key.L3 ^ Seed0 ^ high, out ulong low2);
        ulong mixed = high2 ^ low2 ^ BitOperations.RotateLeft(high, 29);
        return (uint)(mixed ^ (mixed >> 32));
    }

    private static ulong RandomSeed()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes) | 1;
    }
}
