using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.EthereumTests.Blockchain;

/// <summary>Ethereum's rules as far as the official blockchain tests without proof of work ask for them: rewards and ommers before Paris,
/// the gas limit's steps, the heavier chain.</summary>
internal sealed class EthereumTestRules(ISpecProvider specs) : IConsensusRules, IForkChoice
{
    private static readonly UInt256 Ether = 1_000_000_000_000_000_000;

    public IReadOnlyList<IHeaderRule> HeaderRules { get; } = [new GasLimitStepRule(specs)];

    public IForkChoice ForkChoice => this;

    public BlockVerdict ValidateBeforeExecution(Block block, BlockHeader parent, IContractCaller parentState) => BlockVerdict.Valid;

    public BlockVerdict ValidateAfterExecution(Block block, IReadOnlyList<Receipt> receipts) => BlockVerdict.Valid;

    public BlockVerdict ValidateCertificate(BlockHeader header, ReadOnlySpan<byte> certificate) => new(BlockError.InvalidCertificate);

    public IReadOnlyList<EngineRecord> RecordsOf(
        Block block, BlockHeader parent, IContractCaller parentState, IReadOnlyList<Receipt> receipts) => [];

    /// <summary>Yellow Paper §11.3, EIP-649, EIP-1234.</summary>
    public IReadOnlyList<BlockReward> Rewards(Block block)
    {
        IReleaseSpec spec = specs.GetSpec(block.Number, block.Header.Timestamp);
        if (spec.IsParis) return [];
        UInt256 reward = (spec.IsConstantinople ? 2ul : spec.IsByzantium ? 3ul : 5ul) * Ether;
        List<BlockReward> rewards = [new(block.Header.Beneficiary, reward + (reward / 32 * (ulong)block.Body.Ommers.Count))];
        rewards.AddRange(block.Body.Ommers.Select(o => new BlockReward(o.Beneficiary, reward * (8 + o.Number - block.Number) / 8)));
        return rewards;
    }

    public bool Prefers(BlockHeader candidate, UInt256 candidateTotalDifficulty, BlockHeader head, UInt256 headTotalDifficulty) =>
        candidateTotalDifficulty > headTotalDifficulty || (candidate.Difficulty.IsZero && candidate.Number > head.Number);
}

/// <summary>Yellow Paper (48), and EIP-1559's doubling at London.</summary>
internal sealed class GasLimitStepRule(ISpecProvider specs) : IHeaderRule
{
    public BlockVerdict Validate(BlockHeader header, BlockHeader parent)
    {
        bool first = specs.GetSpec(header.Number, header.Timestamp).IsLondon && !specs.GetSpec(parent.Number, parent.Timestamp).IsLondon;
        ulong before = first ? parent.GasLimit * 2 : parent.GasLimit;
        ulong step = header.GasLimit > before ? header.GasLimit - before : before - header.GasLimit;
        return step < before / 1024 ? default : new(BlockError.InvalidGasLimit, $"{header.GasLimit} after {parent.GasLimit}");
    }
}
