using System.Buffers.Binary;
using System.Runtime.InteropServices;
using BpDao.Core;

namespace BpDao.Consensus.Ethash.Proof;

/// <summary>One proof of work.</summary>
/// <param name="SealHash">Of the header without mix and nonce.</param>
internal record struct Work(Hash256 SealHash, ulong Nonce)
{
    /// <summary>The compressed mix, which the header must state.</summary>
    public Hash256 Mix { get; set; }

    /// <summary>What must not exceed the target of the difficulty.</summary>
    public Hash256 Result { get; set; }
}

/// <summary>The proof-of-work function by the light cache (Yellow Paper, appendix J.4).</summary>
internal static class Hashimoto
{
    public const int MixBytes = 128;

    private const int MixWords = MixBytes / sizeof(uint), SeedWords = Keccak512.Size / sizeof(uint), Accesses = 64;

    /// <summary>Fills in mix and result of at most <see cref="EthashCache.MaxTogether"/> works of one epoch. Several together take less time than one by one: see
    /// <see cref="EthashCache.DatasetRowsAt"/>.</summary>
    public static void Compute(EthashCache cache, Span<Work> works)
    {
        uint[] seeds = new uint[works.Length * SeedWords], mixes = new uint[works.Length * MixWords];
        uint[] indexes = new uint[works.Length], rows = new uint[mixes.Length];
        for (int w = 0; w < works.Length; w++) Begin(works[w], Of(seeds, w, SeedWords), Of(mixes, w, MixWords));
        for (uint i = 0; i < Accesses; i++)
        {
            for (int w = 0; w < works.Length; w++)
            {
                indexes[w] = Fnv.Mix(i ^ seeds[w * SeedWords], mixes[(w * MixWords) + (int)(i % MixWords)]) % cache.DatasetRows;
            }

            cache.DatasetRowsAt(indexes, rows);
            Fnv.Mix(mixes, rows);
        }

        for (int w = 0; w < works.Length; w++) End(ref works[w], Of(seeds, w, SeedWords), Of(mixes, w, MixWords));
    }

    private static void Begin(in Work work, Span<uint> seed, Span<uint> mix)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(seed);
        work.SealHash.Bytes.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[Hash256.Size..], work.Nonce);
        Keccak512.Hash(bytes[..(Hash256.Size + sizeof(ulong))], bytes);
        seed.CopyTo(mix);
        seed.CopyTo(mix[SeedWords..]);
    }

    private static void End(ref Work work, ReadOnlySpan<uint> seed, ReadOnlySpan<uint> mix)
    {
        // Seed ‖ compressed mix: the input of the last hash.
        Span<uint> last = stackalloc uint[SeedWords + (Hash256.Size / sizeof(uint))];
        seed.CopyTo(last);
        Span<uint> compressed = last[SeedWords..];
        for (int i = 0; i < compressed.Length; i++)
        {
            ReadOnlySpan<uint> four = mix.Slice(4 * i, 4);
            compressed[i] = Fnv.Mix(Fnv.Mix(Fnv.Mix(four[0], four[1]), four[2]), four[3]);
        }

        work.Mix = new Hash256(MemoryMarshal.AsBytes(compressed));
        work.Result = Keccak256.Hash(MemoryMarshal.AsBytes(last));
    }

    private static Span<uint> Of(uint[] all, int index, int length) => all.AsSpan(index * length, length);
}
