using System.Runtime.CompilerServices;

namespace BpDao.Core;

/// <summary>Keccak-f[1600] on 25 lanes: lane x + 5y of the specification, two rounds a turn from a to e and back, all in locals.</summary>
/// <typeparam name="TLane">The same lane of one state, or of several states that go through the rounds together.</typeparam>
/// <typeparam name="TBits">How to reckon with it.</typeparam>
internal static class KeccakPermutation<TLane, TBits>
    where TLane : unmanaged
    where TBits : IKeccakBits<TLane>
{
    private const int Rounds = 24;

    private static ReadOnlySpan<ulong> RoundConstants =>
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800A, 0x800000008000000A, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    /// <param name="lanes">Exactly 25.</param>
    // Optimised at once: a loop this hot would otherwise start in the JIT's first tier, ten times slower.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Permute(Span<TLane> lanes)
    {
        lanes = lanes[..Keccak256.Lanes];
        ReadOnlySpan<ulong> constants = RoundConstants[..Rounds];
        TLane a0 = lanes[0], a1 = lanes[1], a2 = lanes[2], a3 = lanes[3], a4 = lanes[4];
        TLane a5 = lanes[5], a6 = lanes[6], a7 = lanes[7], a8 = lanes[8], a9 = lanes[9];
        TLane a10 = lanes[10], a11 = lanes[11], a12 = lanes[12], a13 = lanes[13], a14 = lanes[14];
        TLane a15 = lanes[15], a16 = lanes[16], a17 = lanes[17], a18 = lanes[18], a19 = lanes[19];
        TLane a20 = lanes[20], a21 = lanes[21], a22 = lanes[22], a23 = lanes[23], a24 = lanes[24];
        TLane e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, e10, e11, e12,
            e13, e14, e15, e16, e17, e18, e19, e20, e21, e22, e23, e24;
        TLane b0, b1, b2, b3, b4, c0, c1, c2, c3, c4, d0, d1, d2, d3, d4;

        for (int round = 0; round < Rounds; round += 2)
        {
            c0 = TBits.Parity(a0, a5, a10, a15, a20);
            c1 = TBits.Parity(a1, a6, a11, a16, a21);
            c2 = TBits.Parity(a2, a7, a12, a17, a22);
            c3 = TBits.Parity(a3, a8, a13, a18, a23);
            c4 = TBits.Parity(a4, a9, a14, a19, a24);
            d0 = TBits.Spread(c4, c1);
            d1 = TBits.Spread(c0, c2);
            d2 = TBits.Spread(c1, c3);
            d3 = TBits.Spread(c2, c4);
            d4 = TBits.Spread(c3, c0);
            b0 = TBits.Xor(a0, d0);
            b1 = TBits.Turn(a6, d1, 44);
            b2 = TBits.Turn(a12, d2, 43);
            b3 = TBits.Turn(a18, d3, 21);
            b4 = TBits.Turn(a24, d4, 14);
            e0 = TBits.Xor(TBits.Chi(b0, b1, b2), TBits.Broadcast(constants[round]));
            e1 = TBits.Chi(b1, b2, b3);
            e2 = TBits.Chi(b2, b3, b4);
            e3 = TBits.Chi(b3, b4, b0);
            e4 = TBits.Chi(b4, b0, b1);
            b0 = TBits.Turn(a3, d3, 28);
            b1 = TBits.Turn(a9, d4, 20);
            b2 = TBits.Turn(a10, d0, 3);
            b3 = TBits.Turn(a16, d1, 45);
            b4 = TBits.Turn(a22, d2, 61);
            e5 = TBits.Chi(b0, b1, b2);
            e6 = TBits.Chi(b1, b2, b3);
            e7 = TBits.Chi(b2, b3, b4);
            e8 = TBits.Chi(b3, b4, b0);
            e9 = TBits.Chi(b4, b0, b1);
            b0 = TBits.Turn(a1, d1, 1);
            b1 = TBits.Turn(a7, d2, 6);
            b2 = TBits.Turn(a13, d3, 25);
            b3 = TBits.Turn(a19, d4, 8);
            b4 = TBits.Turn(a20, d0, 18);
            e10 = TBits.Chi(b0, b1, b2);
            e11 = TBits.Chi(b1, b2, b3);
            e12 = TBits.Chi(b2, b3, b4);
            e13 = TBits.Chi(b3, b4, b0);
            e14 = TBits.Chi(b4, b0, b1);
            b0 = TBits.Turn(a4, d4, 27);
            b1 = TBits.Turn(a5, d0, 36);
            b2 = TBits.Turn(a11, d1, 10);
            b3 = TBits.Turn(a17, d2, 15);
            b4 = TBits.Turn(a23, d3, 56);
            e15 = TBits.Chi(b0, b1, b2);
            e16 = TBits.Chi(b1, b2, b3);
            e17 = TBits.Chi(b2, b3, b4);
            e18 = TBits.Chi(b3, b4, b0);
            e19 = TBits.Chi(b4, b0, b1);
            b0 = TBits.Turn(a2, d2, 62);
            b1 = TBits.Turn(a8, d3, 55);
            b2 = TBits.Turn(a14, d4, 39);
            b3 = TBits.Turn(a15, d0, 41);
            b4 = TBits.Turn(a21, d1, 2);
            e20 = TBits.Chi(b0, b1, b2);
            e21 = TBits.Chi(b1, b2, b3);
            e22 = TBits.Chi(b2, b3, b4);
            e23 = TBits.Chi(b3, b4, b0);
            e24 = TBits.Chi(b4, b0, b1);

            c0 = TBits.Parity(e0, e5, e10, e15, e20);
            c1 = TBits.Parity(e1, e6, e11, e16, e21);
            c2 = TBits.Parity(e2, e7, e12, e17, e22);
            c3 = TBits.Parity(e3, e8, e13, e18, e23);
            c4 = TBits.Parity(e4, e9, e14, e19, e24);
            d0 = TBits.Spread(c4, c1);
            d1 = TBits.Spread(c0, c2);
            d2 = TBits.Spread(c1, c3);
            d3 = TBits.Spread(c2, c4);
            d4 = TBits.Spread(c3, c0);
            b0 = TBits.Xor(e0, d0);
            b1 = TBits.Turn(e6, d1, 44);
            b2 = TBits.Turn(e12, d2, 43);
            b3 = TBits.Turn(e18, d3, 21);
            b4 = TBits.Turn(e24, d4, 14);
            a0 = TBits.Xor(TBits.Chi(b0, b1, b2), TBits.Broadcast(constants[round + 1]));
            a1 = TBits.Chi(b1, b2, b3);
            a2 = TBits.Chi(b2, b3, b4);
            a3 = TBits.Chi(b3, b4, b0);
            a4 = TBits.Chi(b4, b0, b1);
            b0 = TBits.Turn(e3, d3, 28);
            b1 = TBits.Turn(e9, d4, 20);
            b2 = TBits.Turn(e10, d0, 3);
            b3 = TBits.Turn(e16, d1, 45);
            b4 = TBits.Turn(e22, d2, 61);
            a5 = TBits.Chi(b0, b1, b2);
            a6 = TBits.Chi(b1, b2, b3);
            a7 = TBits.Chi(b2, b3, b4);
            a8 = TBits.Chi(b3, b4, b0);
            a9 = TBits.Chi(b4, b0, b1);
            b0 = TBits.Turn(e1, d1, 1);
            b1 = TBits.Turn(e7, d2, 6);
            b2 = TBits.Turn(e13, d3, 25);
            b3 = TBits.Turn(e19, d4, 8);
            b4 = TBits.Turn(e20, d0, 18);
            a10 = TBits.Chi(b0, b1, b2);
            a11 = TBits.Chi(b1, b2, b3);
            a12 = TBits.Chi(b2, b3, b4);
            a13 = TBits.Chi(b3, b4, b0);
            a14 = TBits.Chi(b4, b0, b1);
            b0 = TBits.Turn(e4, d4, 27);
            b1 = TBits.Turn(e5, d0, 36);
            b2 = TBits.Turn(e11, d1, 10);
            b3 = TBits.Turn(e17, d2, 15);
            b4 = TBits.Turn(e23, d3, 56);
            a15 = TBits.Chi(b0, b1, b2);
            a16 = TBits.Chi(b1, b2, b3);
            a17 = TBits.Chi(b2, b3, b4);
            a18 = TBits.Chi(b3, b4, b0);
            a19 = TBits.Chi(b4, b0, b1);
            b0 = TBits.Turn(e2, d2, 62);
            b1 = TBits.Turn(e8, d3, 55);
            b2 = TBits.Turn(e14, d4, 39);
            b3 = TBits.Turn(e15, d0, 41);
            b4 = TBits.Turn(e21, d1, 2);
            a20 = TBits.Chi(b0, b1, b2);
            a21 = TBits.Chi(b1, b2, b3);
            a22 = TBits.Chi(b2, b3, b4);
            a23 = TBits.Chi(b3, b4, b0);
            a24 = TBits.Chi(b4, b0, b1);
        }

        lanes[0] = a0; lanes[1] = a1; lanes[2] = a2; lanes[3] = a3; lanes[4] = a4;
        lanes[5] = a5; lanes[6] = a6; lanes[7] = a7; lanes[8] = a8; lanes[9] = a9;
        lanes[10] = a10; lanes[11] = a11; lanes[12] = a12; lanes[13] = a13; lanes[14] = a14;
        lanes[15] = a15; lanes[16] = a16; lanes[17] = a17; lanes[18] = a18; lanes[19] = a19;
        lanes[20] = a20; lanes[21] = a21; lanes[22] = a22; lanes[23] = a23; lanes[24] = a24;
    }
}
