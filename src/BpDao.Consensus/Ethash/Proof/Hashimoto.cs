using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BpDao.Core;

namespace BpDao.Consensus.Ethash.Proof;

/// <summary>The proof-of-work function by the light cache (Yellow Paper, appendix J.4).</summary>
internal static class Hashimoto
{
    public const int MixBytes = 128;

    private const int MixWords = MixBytes / sizeof(uint), Accesses = 64;

    /// <param name="sealHash">Of the header without mix and nonce.</param>
    /// <param name="mix">The compressed mix, which the header must state.</param>
    /// <returns>The hash that must not exceed the target of the difficulty.</returns>
    [SkipLocalsInit]
    public static Hash256 Compute(EthashCache cache, in Hash256 sealHash, ulong nonce, out Hash256 mix)
    {
        // Seed (64 bytes) ‖ compressed mix (32 bytes): the input of the last hash.
        Span<byte> result = stackalloc byte[Keccak512.Size + Hash256.Size];
        Span<byte> seed = result[..Keccak512.Size];
        sealHash.Bytes.CopyTo(seed);
        BinaryPrimitives.WriteUInt64LittleEndian(seed[Hash256.Size..], nonce);
        Keccak512.Hash(seed[..(Hash256.Size + sizeof(ulong))], seed);

        Span<uint> words = stackalloc uint[MixWords], row = stackalloc uint[MixWords];
        ReadOnlySpan<uint> seedWords = MemoryMarshal.Cast<byte, uint>(seed);
        seedWords.CopyTo(words);
        seedWords.CopyTo(words[seedWords.Length..]);
        for (uint i = 0; i < Accesses; i++)
        {
            uint index = Fnv.Mix(i ^ seedWords[0], words[(int)(i % MixWords)]) % cache.DatasetRows;
            cache.DatasetRow(index, row);
            Fnv.Mix(words, row);
        }

        Span<uint> compressed = MemoryMarshal.Cast<byte, uint>(result[Keccak512.Size..]);
        for (int i = 0; i < compressed.Length; i++)
        {
            ReadOnlySpan<uint> four = words.Slice(4 * i, 4);
            compressed[i] = Fnv.Mix(Fnv.Mix(Fnv.Mix(four[0], four[1]), four[2]), four[3]);
        }

        mix = new Hash256(result[Keccak512.Size..]);
        return Keccak256.Hash(result);
    }
}
