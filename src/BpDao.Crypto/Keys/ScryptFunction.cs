using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace BpDao.Crypto;

/// <summary>scrypt (RFC 7914). BouncyCastle's refuses r = 1 with a large n, as the RFC asks, but key files with that exist.</summary>
internal static class ScryptFunction
{
    /// <summary>Words of one Salsa20 block.</summary>
    private const int BlockWords = 16;

    /// <param name="n">Cost, a power of two above one.</param>
    /// <param name="r">Block size; 128·n·r bytes are allocated.</param>
    /// <param name="p">Lanes, computed one after another.</param>
    public static byte[] Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int n, int r, int p, int length)
    {
        int laneBytes = 128 * r;
        byte[] lanes = Rfc2898DeriveBytes.Pbkdf2(password, salt, 1, HashAlgorithmName.SHA256, checked(p * laneBytes));
        uint[] memory = new uint[checked(n * laneBytes / sizeof(uint))];
        uint[] x = new uint[laneBytes / sizeof(uint)], scratch = new uint[x.Length];
        for (int lane = 0; lane < p; lane++)
        {
            Span<byte> bytes = lanes.AsSpan(lane * laneBytes, laneBytes);
            for (int i = 0; i < x.Length; i++) x[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * i)..]);
            MixLane(x, scratch, memory, n);
            for (int i = 0; i < x.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(bytes[(4 * i)..], x[i]);
        }

        byte[] derived = Rfc2898DeriveBytes.Pbkdf2(password, lanes, 1, HashAlgorithmName.SHA256, length);
        CryptographicOperations.ZeroMemory(lanes);
        Array.Clear(memory);
        Array.Clear(x);
        Array.Clear(scratch);
        return derived;
    }

    /// <summary>scryptROMix: fills the memory in order, then walks it in an order that the data decides.</summary>
    private static void MixLane(uint[] x, uint[] scratch, uint[] memory, int n)
    {
        for (int i = 0; i < n; i++)
        {
            x.CopyTo(memory, i * x.Length);
            MixBlocks(x, scratch);
        }

        for (int i = 0; i < n; i++)
        {
            int j = (int)(x[^BlockWords] & (uint)(n - 1));
            Xor(x, memory.AsSpan(j * x.Length, x.Length));
            MixBlocks(x, scratch);
        }
    }

    /// <summary>scryptBlockMix: chains the blocks, then the even ones stand before the odd ones.</summary>
    private static void MixBlocks(uint[] x, uint[] scratch)
    {
        int blocks = x.Length / BlockWords;
        Span<uint> chain = stackalloc uint[BlockWords];
        x.AsSpan(x.Length - BlockWords).CopyTo(chain);
        for (int i = 0; i < blocks; i++)
        {
            Xor(chain, x.AsSpan(i * BlockWords, BlockWords));
            Salsa8(chain);
            int place = (i / 2) + ((i & 1) == 0 ? 0 : blocks / 2);
            chain.CopyTo(scratch.AsSpan(place * BlockWords));
        }

        scratch.CopyTo(x, 0);
    }

    private static void Xor(Span<uint> x, ReadOnlySpan<uint> y)
    {
        int i = 0;
        for (; i <= x.Length - Vector<uint>.Count; i += Vector<uint>.Count) (new Vector<uint>(x[i..]) ^ new Vector<uint>(y[i..])).CopyTo(x[i..]);
        for (; i < x.Length; i++) x[i] ^= y[i];
    }

    /// <summary>Salsa20 with eight rounds, added to its input.</summary>
    private static void Salsa8(Span<uint> b)
    {
        uint x0 = b[0], x1 = b[1], x2 = b[2], x3 = b[3], x4 = b[4], x5 = b[5], x6 = b[6], x7 = b[7];
        uint x8 = b[8], x9 = b[9], x10 = b[10], x11 = b[11], x12 = b[12], x13 = b[13], x14 = b[14], x15 = b[15];
        for (int round = 0; round < 8; round += 2)
        {
            Quarter(ref x0, ref x4, ref x8, ref x12);
            Quarter(ref x5, ref x9, ref x13, ref x1);
            Quarter(ref x10, ref x14, ref x2, ref x6);
            Quarter(ref x15, ref x3, ref x7, ref x11);
            Quarter(ref x0, ref x1, ref x2, ref x3);
            Quarter(ref x5, ref x6, ref x7, ref x4);
            Quarter(ref x10, ref x11, ref x8, ref x9);
            Quarter(ref x15, ref x12, ref x13, ref x14);
        }

        b[0] += x0;
        b[1] += x1;
        b[2] += x2;
        b[3] += x3;
        b[4] += x4;
        b[5] += x5;
        b[6] += x6;
        b[7] += x7;
        b[8] += x8;
        b[9] += x9;
        b[10] += x10;
        b[11] += x11;
        b[12] += x12;
        b[13] += x13;
        b[14] += x14;
        b[15] += x15;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter(ref uint a, ref uint b, ref uint c, ref uint d)
    {
        b ^= BitOperations.RotateLeft(a + d, 7);
        c ^= BitOperations.RotateLeft(b + a, 9);
        d ^= BitOperations.RotateLeft(c + b, 13);
        a ^= BitOperations.RotateLeft(d + c, 18);
    }
}
