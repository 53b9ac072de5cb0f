using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>Rules V1 and V2: what this key says about a block, once the block is here and judged. Gets both when they are missing.</summary>
internal sealed class Ballot(SafetyRules? safety, BlockBook blocks, BlockSearch search, SigningStop stop, Action<PorEffect> emit)
{
    /// <summary>Rule V1.</summary>
    public Vote? First(Proposal p)
    {
        if (blocks.JudgementOf(p.Block.Hash) is { } judgement) return safety?.VoteFirst(p.Round, p.Block, judgement == Judgement.Valid, blocks.ReasonOf(p.Block.Hash));
        BeginJudging(p.Block);
        return null;
    }

    /// <summary>Rule V2.</summary>
    /// <param name="from">Who may have the block, too.</param>
    public Vote? Second(BlockCertificate qc, PeerId? from)
    {
        if (blocks.Find(qc.BlockHash) is not { } block)
        {
            search.Want(qc.BlockHash, from);
            return null;
        }

        safety?.Observe(qc, block);
        Judgement? judgement = blocks.JudgementOf(qc.BlockHash);
        if (judgement is null) BeginJudging(block);
        else if (judgement == Judgement.Invalid)
        {
            stop.Raise(AlarmKind.Divergence, $"block {qc.BlockHash} has a QC1 in round {qc.Round} and is invalid here: {blocks.FaultOf(qc.BlockHash)}", block, qc);
        }

        return judgement == Judgement.Valid ? safety?.VoteSecond(qc, block) : null;
    }

    private void BeginJudging(Block block)
    {
        if (blocks.BeginJudging(block.Hash)) emit(new Judge(block));
    }
}
