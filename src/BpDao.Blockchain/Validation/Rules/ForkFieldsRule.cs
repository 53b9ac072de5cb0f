using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Blockchain.Rules;

/// <summary>The header has exactly the fields of its fork, and those that Paris took out of use (EIP-3675) hold nothing.</summary>
internal sealed class ForkFieldsRule(ISpecProvider specs) : IHeaderRule
{
    /// <summary>Yellow Paper §4.3; engines may be stricter.</summary>
    private const int MaxExtraData = 32;

    public BlockVerdict Validate(BlockHeader header, BlockHeader parent)
    {
        IReleaseSpec spec = specs.GetSpec(header);
        bool fits = header.BaseFeePerGas is not null == spec.IsLondon
            && header.WithdrawalsRoot is not null == spec.IsShanghai
            && header.BlobGasUsed is not null == spec.IsCancun
            && header.ExcessBlobGas is not null == spec.IsCancun
            && header.ParentBeaconBlockRoot is not null == spec.IsCancun
            && header.RequestsHash is not null == spec.IsPrague;
        if (!fits) return new(BlockError.InvalidForkFields, $"not the fields of {spec.Fork}");
        if (header.ExtraData.Length > MaxExtraData) return new(BlockError.InvalidExtraData, $"{header.ExtraData.Length} bytes");
        if (!spec.IsParis) return default;

        if (!header.Difficulty.IsZero) return new(BlockError.InvalidDifficulty, $"{header.Difficulty}, not 0");
        if (header.Nonce != 0) return new(BlockError.InvalidNonce, $"{header.Nonce}, not 0");
        return header.OmmersHash == BlockHeader.EmptyOmmersHash ? default : new(BlockError.InvalidOmmers, $"hash {header.OmmersHash}");
    }
}
