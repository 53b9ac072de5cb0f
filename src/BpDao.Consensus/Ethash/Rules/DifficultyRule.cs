using BpDao.Core;

namespace BpDao.Consensus.Ethash.Rules;

/// <summary>The difficulty follows from the parent. From Paris on it is zero, which is a rule of every chain.</summary>
internal sealed class DifficultyRule(ISpecProvider specs) : IHeaderRule
{
    public BlockVerdict Validate(BlockHeader header, BlockHeader parent)
    {
        IReleaseSpec spec = specs.GetSpec(header);
        if (spec.IsParis) return default;
        UInt256 expected = Difficulty.Next(parent, header.Timestamp, spec);
        return header.Difficulty == expected ? default : new(BlockError.InvalidDifficulty, $"{header.Difficulty}, not {expected}");
    }
}
