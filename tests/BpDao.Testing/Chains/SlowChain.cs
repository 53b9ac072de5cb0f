using BpDao.Core;
using BpDao.Specs;

namespace BpDao.Testing.Chains;

/// <summary>Files of a chain whose blocks take tens of milliseconds each, so that something can happen while they are imported.</summary>
public static class SlowChain
{
    private const ulong GasOfBlock = 4_000_000;

    /// <summary>Hashes 32 KiB again and again until its gas is used up.</summary>
    private static readonly byte[] Hasher = Hex.Decode("0x5b6180005f20505f56");

    /// <summary>Writes the chainspec and, in RLP, the genesis block and so many blocks after it.</summary>
    /// <returns>The hash of the last one.</returns>
    public static Hash256 Write(string specFile, string blocksFile, int blocks)
    {
        Address hasher = Address.FromNumber(0x4a54);
        ChainSpec spec = new ChainSpecBuilder().WithContract(hasher, Hasher).Done();
        using TestChain chain = new(spec);
        File.WriteAllBytes(specFile, ChainSpecFile.Format(spec with { GenesisHash = chain.Tree.Genesis.Hash }));
        using FileStream file = File.Create(blocksFile);
        file.Write(BlockCodec.Encode(chain.Tree.BlockByNumber(0)!));
        for (ulong nonce = 0; nonce < (ulong)blocks; nonce++)
        {
            file.Write(BlockCodec.Encode(chain.Seal(Build.Transaction().WithNonce(nonce).To(hasher).WithGas(GasOfBlock).Signed())));
        }

        return chain.Head.Hash;
    }
}
