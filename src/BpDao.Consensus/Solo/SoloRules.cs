using BpDao.Core;

namespace BpDao.Consensus.Solo;

/// <summary>The longest chain of the one producer.</summary>
internal sealed class SoloRules(SoloParameters parameters) : IConsensusRules, IForkChoice
{
    public IReadOnlyList<IHeaderRule> HeaderRules { get; } = [new SoloHeaderRule(parameters.Producer)];

    public IForkChoice ForkChoice => this;

    public BlockVerdict ValidateBeforeExecution(Block block, BlockHeader parent, IContractCaller parentState) => BlockVerdict.Valid;

    public BlockVerdict ValidateAfterExecution(Block block, IReadOnlyList<Receipt> receipts) => BlockVerdict.Valid;

    public BlockVerdict ValidateCertificate(BlockHeader header, ReadOnlySpan<byte> certificate, BlockHeader parent, IContractCaller parentState) =>
        ValidateCertificate(header, certificate);

    public BlockVerdict ValidateCertificate(BlockHeader header, ReadOnlySpan<byte> certificate) =>
        certificate.IsEmpty ? BlockVerdict.Valid : new(BlockError.InvalidCertificate, "this chain has no certificates");

    public IReadOnlyList<EngineRecord> RecordsOf(
        Block block, BlockHeader parent, IContractCaller parentState, IReadOnlyList<Receipt> receipts) => [];

    public IReadOnlyList<BlockReward> Rewards(Block block) => [];

    public bool Prefers(BlockHeader candidate, UInt256 candidateTotalDifficulty, BlockHeader head, UInt256 headTotalDifficulty) =>
        candidate.Number > head.Number;
}

/// <summary>The producer is the beneficiary, the gas limit stays, and prevrandao follows from the parent's.</summary>
internal sealed class SoloHeaderRule(Address producer) : IHeaderRule
{
    public BlockVerdict Validate(BlockHeader header, BlockHeader parent)
    {
        if (header.Beneficiary != producer) return new(BlockError.InvalidBeneficiary, $"{header.Beneficiary}, not {producer}");
        if (header.GasLimit != parent.GasLimit) return new(BlockError.InvalidGasLimit, $"{header.GasLimit}, not {parent.GasLimit}");
        return header.MixHash == NextMix(parent) ? default : new(BlockError.InvalidMix, $"{header.MixHash}");
    }

    /// <summary>A different value in each block, which is all that development needs of it.</summary>
    public static Hash256 NextMix(BlockHeader parent) => Keccak256.Hash(parent.MixHash.Bytes);
}
