using System.Runtime.CompilerServices;
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

    /// <summary>Where the journal noted the value last.</summary>
    public int Noted;

    internal int Next;
}

/// <summary>Slots of one account by key. Grows only; an index stays valid, a reference until the next <see cref="Add"/>.</summary>
/// <remarks>Slots lie in chunks, so that a table of many thousands grows without being copied and without large objects.</remarks>
internal sealed class SlotTable
{
    private const int ChunkBits = 8, ChunkSize = 1 << ChunkBits;

    private int[] _buckets = new int[16]; // index + 1 of the newest slot of each chain
    private Slot[][] _chunks = [new Slot[8]]; // all of the full size but a first one that is alone

    public int Count { get; private set; }

    public ref Slot this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _chunks[index >> ChunkBits][index & (ChunkSize - 1)];
    }

    /// <summary>The index of a key, or −1.</summary>
    public int Find(in UInt256 key)
    {
        int index = _buckets[(uint)key.GetHashCode() & (uint)(_buckets.Length - 1)] - 1;
        while (index >= 0)
        {
            ref Slot slot = ref this[index];
            if (slot.Key == key) return index;
            index = slot.Next;
        }

        return -1;
    }

    /// <summary>Takes in a key that is not there yet and returns its index.</summary>
    public int Add(in UInt256 key, in UInt256 inView)
    {
        if (Count == _buckets.Length) GrowBuckets();
        int index = Count++;
        MakeRoom(index);
        ref Slot slot = ref this[index];
        slot.Key = key;
        slot.Current = slot.InView = inView;
        Link(ref slot, index);
        return index;
    }

    private void Link(ref Slot slot, int index)
    {
        ref int bucket = ref _buckets[(uint)slot.Key.GetHashCode() & (uint)(_buckets.Length - 1)];
        slot.Next = bucket - 1;
        bucket = index + 1;
    }

    private void GrowBuckets()
    {
        _buckets = new int[_buckets.Length * 4];
        for (int i = 0; i < Count; i++) Link(ref this[i], i);
    }

    private void MakeRoom(int index)
    {
        int chunk = index >> ChunkBits;
        if (chunk == 0)
        {
            if (index == _chunks[0].Length) Array.Resize(ref _chunks[0], index * 2);
        }
        else if ((index & (ChunkSize - 1)) == 0)
        {
            if (chunk == _chunks.Length) Array.Resize(ref _chunks, chunk * 2);
            _chunks[chunk] = new Slot[ChunkSize];
        }
    }
}
