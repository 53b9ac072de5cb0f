using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Blockchain.Rules;

/// <summary>EIP-4844, with the reserve price of EIP-7918. That the gas used is the body's, the body's validation says.</summary>
internal sealed class BlobGasRule(ISpecProvider specs) : IHeaderRule
{
    public BlockVerdict Validate(BlockHeader header, BlockHeader parent)
    {
        IReleaseSpec spec = specs.GetSpec(header);
        if (!spec.IsCancun) return default;
        ulong expected = NextExcess(parent, spec);
        if (header.ExcessBlobGas != expected) return new(BlockError.InvalidBlobGas, $"excess {header.ExcessBlobGas}, not {expected}");
        return header.BlobGasUsed <= spec.Blobs.Max * BlobGas.PerBlob && header.BlobGasUsed % BlobGas.PerBlob == 0
            ? default
            : new(BlockError.InvalidBlobGas, $"used {header.BlobGasUsed}");
    }

    /// <summary>The excess after that parent; zero in the first block that has one.</summary>
    public static ulong NextExcess(BlockHeader parent, IReleaseSpec spec) =>
        BlobGas.NextExcess(parent.ExcessBlobGas ?? 0, parent.BlobGasUsed ?? 0, parent.BaseFeePerGas ?? default, spec);
}
