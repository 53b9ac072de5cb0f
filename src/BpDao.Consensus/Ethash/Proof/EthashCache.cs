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

    /// <summary>Two neighbouring rows of the dataset, 64 bytes each, as one of 128: <paramref name="index"/> counts the wide ones.</summary>
    /// <remarks>The two are made side by side: each step waits for a random read, and so half of the waiting is hidden.</remarks>
    [SkipLocalsInit]
    public void DatasetRow(uint index, Span<uint> row)
    {
        Span<uint> left = row[..RowWords], right = row[RowWords..(2 * RowWords)];
        (uint first, uint second) = (index * 2, (index * 2) + 1);
        Start(first, left);
        Start(second, right);
        for (uint i = 0; i < DatasetParents; i++)
        {
            uint a = Fnv.Mix(first ^ i, left[(int)(i % RowWords)]) % _rows;
            uint b = Fnv.Mix(second ^ i, right[(int)(i % RowWords)]) % _rows;
            Fnv.Mix(left, Row(a));
            Fnv.Mix(right, Row(b));
        }

        Hash(left);
        Hash(right);
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
