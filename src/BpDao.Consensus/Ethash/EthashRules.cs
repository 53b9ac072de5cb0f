using BpDao.Consensus.Ethash.Proof;
using BpDao.Consensus.Ethash.Rules;
using BpDao.Core;

namespace BpDao.Consensus.Ethash;

/// <summary>Ethereum's own rules: proof of work up to Paris, and after it whatever the blocks themselves can prove (EIP-3675).</summary>
/// <param name="seal">Null: proofs of work are not checked, as in tests whose blocks have none.</param>
public sealed class EthashRules(ISpecProvider specs, EthashSeal? seal) : IConsensusRules, IForkChoice
{
    public IReadOnlyList<IHeaderRule> HeaderRules { get; } =
    [
        .. specs.DaoBlock is { } dao ? [new DaoExtraDataRule(dao)] : Array.Empty<IHeaderRule>(),
        new GasLimitStepRule(specs),
        new DifficultyRule(specs),
        .. seal is null ? Array.Empty<IHeaderRule>() : [new SealRule(seal, specs)],
    ];

    public IForkChoice ForkChoice => this;

    /// <inheritdoc/>
    /// <remarks>Proofs of work, the ommers' too. Not of ommers from far away: each epoch that is named costs a cache.</remarks>
    public void Anticipate(IReadOnlyList<Block> blocks) => seal?.VerifyAhead(
        blocks.SelectMany(b => b.Body.Ommers.Where(o => IsNear(o, b)).Prepend(b.Header)).Where(h => !specs.GetSpec(h).IsParis));

    /// <summary>An ommer's parent is an ancestor, back to the seventh (Yellow Paper §11.1).</summary>
    private static bool IsNear(BlockHeader ommer, Block block) => ommer.Number < block.Number && block.Number - ommer.Number <= 6;

    public BlockVerdict ValidateBeforeExecution(Block block, BlockHeader parent, IContractCaller parentState) => BlockVerdict.Valid;

    public BlockVerdict ValidateAfterExecution(Block block, IReadOnlyList<Receipt> receipts) => BlockVerdict.Valid;

    public BlockVerdict ValidateCertificate(BlockHeader header, ReadOnlySpan<byte> certificate, BlockHeader parent, IContractCaller parentState) =>
        ValidateCertificate(header, certificate);

    public BlockVerdict ValidateCertificate(BlockHeader header, ReadOnlySpan<byte> certificate) =>
        certificate.IsEmpty ? BlockVerdict.Valid : new(BlockError.InvalidCertificate, "this chain has no certificates");

    public IReadOnlyList<EngineRecord> RecordsOf(
        Block block, BlockHeader parent, IContractCaller parentState, IReadOnlyList<Receipt> receipts) => [];

    public IReadOnlyList<BlockReward> Rewards(Block block) => MiningRewards.Of(block, specs.GetSpec(block.Header));

    /// <summary>The heavier chain of work. A block without work (EIP-3675) stands above every block with it; among such blocks nothing in
    /// themselves decides, and the longer chain is followed.</summary>
    public bool Prefers(BlockHeader candidate, UInt256 candidateTotalDifficulty, BlockHeader head, UInt256 headTotalDifficulty)
    {
        (bool candidateWorks, bool headWorks) = (!candidate.Difficulty.IsZero, !head.Difficulty.IsZero);
        if (candidateWorks != headWorks) return headWorks;
        return candidateWorks ? candidateTotalDifficulty > headTotalDifficulty : candidate.Number > head.Number;
    }
}
