using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>One block's figures in <c>eth_feeHistory</c>.</summary>
/// <param name="Rewards">Tips at the asked percentiles, in wei per gas.</param>
internal sealed record BlockFees(BlockHeader Header, UInt256 BlobBaseFee, ulong MaxBlobGas, IReadOnlyList<UInt256> Rewards);

/// <summary>What blocks charged and what their transactions offered.</summary>
internal sealed class FeeHistory(ChainQuestions questions)
{
    /// <summary>Blocks that suggestions look back over.</summary>
    private const int SuggestionBlocks = 20;

    /// <summary>The suggested tip is beaten by this per cent of recent gas.</summary>
    private const double SuggestionPercentile = 60;

    /// <summary>Figures of the block, with a reward for each percentile, weighted by gas.</summary>
    public BlockFees? Of(BlockHeader header, IReadOnlyList<double> percentiles)
    {
        BlobSchedule blobs = questions.Specs.GetSpec(header).Blobs;
        UInt256 blobFee = header.ExcessBlobGas is { } excess ? BlobGas.BaseFee(excess, blobs) : UInt256.Zero;
        if (percentiles.Count == 0) return new BlockFees(header, blobFee, blobs.Max * BlobGas.PerBlob, []);
        if (TipsOf(header) is not { } tips) return null;
        ulong total = 0;
        foreach ((_, ulong gas) in tips) total += gas;
        return new BlockFees(header, blobFee, blobs.Max * BlobGas.PerBlob, [.. percentiles.Select(p => AtPercentile(tips, total, p))]);
    }

    /// <summary>A tip that recent blocks would have taken, at least <paramref name="floor"/> wei per gas.</summary>
    public UInt256 SuggestTip(UInt256 floor)
    {
        List<(UInt256 Tip, ulong Gas)> tips = [];
        BlockHeader? header = questions.Tree.Head;
        for (int i = 0; i < SuggestionBlocks && header is { Number: > 0 }; i++)
        {
            tips.AddRange(TipsOf(header) ?? []);
            header = questions.Tree.HeaderByHash(header.ParentHash);
        }

        tips.Sort((a, b) => a.Tip.CompareTo(b.Tip));
        ulong total = 0;
        foreach ((_, ulong gas) in tips) total += gas;
        return UInt256.Max(AtPercentile(tips, total, SuggestionPercentile), floor);
    }

    /// <summary>Tips of the block's transactions, lowest first; the protocol's own transaction offers none and is left out.</summary>
    private List<(UInt256 Tip, ulong Gas)>? TipsOf(BlockHeader header)
    {
        if (BlockReceipts.Load(questions, header.Hash) is not { } receipts) return null;
        UInt256 baseFee = header.BaseFeePerGas ?? UInt256.Zero;
        List<(UInt256 Tip, ulong Gas)> tips = [];
        for (int i = 0; i < receipts.Receipts.Count; i++)
        {
            Transaction tx = receipts.Block.Transactions[i];
            if (tx.MaxFeePerGas < baseFee) continue;
            tips.Add((TransactionJson.EffectiveGasPrice(tx, baseFee) - baseFee, receipts.Receipts[i].GasUsed));
        }

        tips.Sort((a, b) => a.Tip.CompareTo(b.Tip));
        return tips;
    }

    private static UInt256 AtPercentile(List<(UInt256 Tip, ulong Gas)> tips, ulong totalGas, double percentile)
    {
        double threshold = totalGas * percentile / 100;
        ulong sum = 0;
        foreach ((UInt256 tip, ulong gas) in tips)
        {
            sum += gas;
            if (sum >= threshold) return tip;
        }

        return UInt256.Zero;
    }
}
