using BpDao.Core;

namespace BpDao.Consensus.Por.Blocks;

/// <summary>The chain's randomness (protocol rule 8.1), which every header carries as prevrandao.</summary>
public static class Mix
{
    /// <param name="saltAccumulator">In an epoch's first block, zero when there are no salts; null in every other.</param>
    public static Hash256 Next(Hash256 parentMix, Hash256 reveal, ulong height, Hash256? saltAccumulator)
    {
        Span<byte> preimage = stackalloc byte[128];
        parentMix.Bytes.CopyTo(preimage);
        reveal.Bytes.CopyTo(preimage[32..]);
        ((UInt256)height).WriteBigEndian(preimage[64..]);
        if (saltAccumulator is not { } accumulator) return Keccak256.Hash(preimage[..96]);
        accumulator.Bytes.CopyTo(preimage[96..]);
        return Keccak256.Hash(preimage);
    }
}
