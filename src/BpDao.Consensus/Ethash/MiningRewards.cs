using BpDao.Core;

namespace BpDao.Consensus.Ethash;

/// <summary>New coins for the miners of a block and its ommers (Yellow Paper §11.3, EIP-649, EIP-1234).</summary>
public static class MiningRewards
{
    private const ulong NephewShare = 32, OmmerShare = 8;

    private static readonly UInt256 Ether = 1_000_000_000_000_000_000;

    /// <param name="spec">The block's; none are paid from Paris on.</param>
    public static IReadOnlyList<BlockReward> Of(Block block, IReleaseSpec spec)
    {
        if (spec.IsParis) return [];
        UInt256 reward = OfBlock(spec);
        IReadOnlyList<BlockHeader> ommers = block.Body.Ommers;
        BlockReward[] rewards = new BlockReward[1 + ommers.Count];
        rewards[0] = new(block.Header.Beneficiary, reward + (reward / NephewShare * (ulong)ommers.Count));
        for (int i = 0; i < ommers.Count; i++)
        {
            rewards[i + 1] = new(ommers[i].Beneficiary, reward * (OmmerShare + ommers[i].Number - block.Number) / OmmerShare);
        }

        return rewards;
    }

    private static UInt256 OfBlock(IReleaseSpec spec) => (spec.IsConstantinople ? 2ul : spec.IsByzantium ? 3ul : 5ul) * Ether;
}
