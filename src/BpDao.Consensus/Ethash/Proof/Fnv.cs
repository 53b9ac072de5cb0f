using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BpDao.Consensus.Ethash.Proof;

/// <summary>The mixing function of Ethash, after Fowler, Noll and Vo, on 32-bit words (Yellow Paper, appendix J.3.2).</summary>
internal static class Fnv
{
    private const uint Prime = 0x01000193;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Mix(uint left, uint right) => (left * Prime) ^ right;

    /// <summary>Mixes sixteen words into as many; bounds are the caller's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MixRow(ref uint mix, ref uint row)
    {
        Vector256<uint> prime = Vector256.Create(Prime);
        nuint half = (nuint)Vector256<uint>.Count;
        ((Vector256.LoadUnsafe(ref mix) * prime) ^ Vector256.LoadUnsafe(ref row)).StoreUnsafe(ref mix);
        ((Vector256.LoadUnsafe(ref mix, half) * prime) ^ Vector256.LoadUnsafe(ref row, half)).StoreUnsafe(ref mix, half);
    }

    /// <summary>Mixes word by word into <paramref name="mix"/>; both are as long as each other, a multiple of eight words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Mix(Span<uint> mix, ReadOnlySpan<uint> data)
    {
        Vector256<uint> prime = Vector256.Create(Prime);
        for (int i = 0; i < mix.Length; i += Vector256<uint>.Count)
        {
            ((Vector256.Create<uint>(mix[i..]) * prime) ^ Vector256.Create(data[i..])).CopyTo(mix[i..]);
        }
    }
}
