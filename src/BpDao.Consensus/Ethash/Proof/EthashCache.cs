using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BpDao.Core;

namespace BpDao.Consensus.Ethash.Proof;

/// <summary>The light cache of an epoch, from which single rows of the dataset can be computed (Yellow Paper, appendix J.3).
/// Immutable once made.</summary>
internal sealed class EthashCache
{
    public const int RowBytes = 64, RowWords = RowBytes / sizeof(uint);

    /// <summary>Rows that <see cref="DatasetRowsAt"/> makes at a time.</summary>
    public const int MaxTogether = 16;

    private const int Rounds = 3;

    /// <summary>Rows of the cache that go into one row of the dataset.</summary>
    private const uint DatasetParents = 256;

    private readonly uint[] _words;
    private readonly uint _rows;

    /// <summary>Makes the cache: a second or so of one processor.</summary>
    public EthashCache(in EpochParameters parameters, in Hash256 seed)
    {
        _rows = parameters.CacheRows;
        DatasetRows = parameters.DatasetRows;
        _words = GC.AllocateUninitializedArray<uint>(checked((int)_rows * RowWords));
        Fill(seed);
        for (int round = 0; round < Rounds; round++) Mix();
    }

    /// <summary>Rows of 128 bytes in the dataset.</summary>
    public uint DatasetRows { get; }

    internal ReadOnlySpan<byte> Content => MemoryMarshal.AsBytes(_words.AsSpan());

    /// <summary>Rows of the dataset, 128 bytes each: two neighbours of the 64 bytes in which it is computed.</summary>
    /// <param name="indexes">Of the rows; at most <see cref="MaxTogether"/>.</param>
    /// <param name="rows">The rows one after the other.</param>
    /// <remarks>All of them are made side by side: each step of one waits for a random read, and with sixteen halves on their way
    /// most of the waiting is hidden.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void DatasetRowsAt(ReadOnlySpan<uint> indexes, Span<uint> rows)
    {
        int halves = 2 * indexes.Length;
        Span<uint> firsts = stackalloc uint[2 * MaxTogether];
        for (int h = 0; h < halves; h++)
        {
            firsts[h] = (indexes[h / 2] * 2) + (uint)(h % 2);
            Start(firsts[h], rows.Slice(h * RowWords, RowWords));
        }

        // No bounds are checked in here, so that more steps fit into the processor's window: a row's number is a remainder of the number
        // of rows, a word's of the words in a row, and the rows were sliced above.
        ref uint cache = ref MemoryMarshal.GetArrayDataReference(_words);
        ref uint first = ref MemoryMarshal.GetReference(firsts);
        for (uint i = 0; i < DatasetParents; i++)
        {
            ref uint half = ref MemoryMarshal.GetReference(rows);
            for (int h = 0; h < halves; h++)
            {
                uint parent = Fnv.Mix(Unsafe.Add(ref first, h) ^ i, Unsafe.Add(ref half, i % RowWords)) % _rows;
                Fnv.MixRow(ref half, ref Unsafe.Add(ref cache, (nint)parent * RowWords));
                half = ref Unsafe.Add(ref half, RowWords);
            }
        }

        for (int h = 0; h < halves; h++) Hash(rows.Slice(h * RowWords, RowWords));
    }

    private void Start(uint index, Span<uint> row)
    {
        Row(index % _rows).CopyTo(row);
        row[0] ^= index;
        Hash(row);
    }

    private void Fill(in Hash256 seed)
    {
        Keccak512.Hash(seed.Bytes, MemoryMarshal.AsBytes(Row(0)));
        for (uint i = 1; i < _rows; i++) Keccak512.Hash(MemoryMarshal.AsBytes(Row(i - 1)), MemoryMarshal.AsBytes(Row(i)));
    }

    /// <summary>RandMemoHash (Lerner 2014), in place.</summary>
    [SkipLocalsInit]
    private void Mix()
    {
        Span<uint> mixed = stackalloc uint[RowWords];
        for (uint i = 0; i < _rows; i++)
        {
            Span<uint> row = Row(i);
            ReadOnlySpan<uint> before = Row(i == 0 ? _rows - 1 : i - 1), other = Row(row[0] % _rows);
            for (int w = 0; w < RowWords; w += Vector256<uint>.Count)
            {
                (Vector256.Create(before[w..]) ^ Vector256.Create(other[w..])).CopyTo(mixed[w..]);
            }

            Keccak512.Hash(MemoryMarshal.AsBytes(mixed), MemoryMarshal.AsBytes(row));
        }
    }

    private static void Hash(Span<uint> row) => Keccak512.Hash(MemoryMarshal.AsBytes(row), MemoryMarshal.AsBytes(row));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<uint> Row(uint index) => _words.AsSpan((int)index * RowWords, RowWords);
}
