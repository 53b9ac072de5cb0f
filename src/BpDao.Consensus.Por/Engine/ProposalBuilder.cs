using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Rules;
using BpDao.Core;
using BpDao.Specs;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Puts a block together: payload, transaction 0, header fields; and takes P_min when the contracts do not take more
/// (protocol rules 2.4, 2.5, 2.8).</summary>
internal sealed class ProposalBuilder(
    ulong chainId, byte scheme, Address graffiti, OnionKeeper onions, IBlockProducer producer, IBlockImporter importer, TimeProvider time)
{
    private static readonly int LateWindow = WorkParameters.ByName("lateWindow")!.Id;

    /// <summary>The payload; null when this key's onion does not fit the registered one, so that no block of it can be valid.</summary>
    /// <param name="collected">Salts and READYs that it may carry.</param>
    public BlockPayload? Compose(PorChainView view, uint slot, ProposalMaterial material, CollectedItems collected) =>
        onions.Reveal(view, slot) is not { } reveal ? null : new BlockPayload
        {
            ParentCertificate = material.ParentCertificate,
            Against = material.Against,
            Late = LateItems(view, material.Late),
            Timeout = material.Justification,
            Rejections = material.Rejections,
            Evidence = collected.Evidence,
            Reveal = reveal,
            SaltCommits = collected.SaltCommits,
            SaltReveals = collected.SaltReveals,
            Ready = collected.Ready,
            NextTip = onions.NextTip(view, slot),
            EpochRecord = view.DueRecord(),
        };

    /// <summary>Builds and judges.</summary>
    /// <param name="verdict">Why there is no block.</param>
    public Block? Build(PorChainView view, uint slot, BlockPayload payload, out BlockVerdict verdict, CancellationToken cancellationToken)
    {
        BuiltBlock built = BuildWith(view, slot, payload, cancellationToken);
        if (built.Verdict.IsValid && !built.Receipts[0].Success) built = BuildWith(view, slot, payload.Minimal(), cancellationToken);
        verdict = built.Verdict.IsValid ? importer.Judge(built.Block!, cancellationToken) : built.Verdict;
        return verdict.IsValid ? built.Block : null;
    }

    /// <summary>The same; and when the whole payload is refused, it without what can wait for the next block, then without rejections, then without the
    /// evidence, then the smallest one: what was collected in good faith must not cost the turn.</summary>
    /// <param name="refusal">Why there is no block, or only a smaller one.</param>
    /// <param name="isEvidenceUseless">A block with the evidence could not be built, and one without it could.</param>
    public Block? BuildOrDrop(
        PorChainView view, uint slot, BlockPayload payload, out BlockVerdict refusal, out bool isEvidenceUseless, CancellationToken cancellationToken)
    {
        isEvidenceUseless = false;
        BlockVerdict? why = null;
        List<BlockPayload> attempts = Smaller(payload);
        foreach (BlockPayload attempt in attempts.Count == 1 ? [] : attempts)
        {
            Block? whole = BuildWhole(view, slot, attempt, out refusal, cancellationToken);
            isEvidenceUseless = whole is not null && attempt.Evidence.Count < payload.Evidence.Count;
            if (refusal.IsTransient) return null;
            why ??= refusal;
            if (whole is null) continue;
            refusal = why.Value;
            return whole;
        }

        Block? block = Build(view, slot, attempts[^1], out refusal, cancellationToken);
        return block is not null || refusal.IsTransient ? block : Build(view, slot, payload.Minimal(), out _, cancellationToken);
    }

    // Salts and READYs come again in the next block; evidence that makes no block never will.
    private static List<BlockPayload> Smaller(BlockPayload payload)
    {
        List<BlockPayload> attempts = [payload];
        if (payload.SaltCommits.Count + payload.SaltReveals.Count + payload.Ready.Count > 0) attempts.Add(payload with { SaltCommits = [], SaltReveals = [], Ready = [] });
        if (payload.Rejections.Count > 0) attempts.Add(attempts[^1] with { Rejections = [] });
        if (payload.Evidence.Count > 0) attempts.Add(attempts[^1] with { Evidence = [] });
        return attempts;
    }

    // With this payload, or not at all.
    private Block? BuildWhole(PorChainView view, uint slot, BlockPayload payload, out BlockVerdict verdict, CancellationToken cancellationToken)
    {
        BuiltBlock built = BuildWith(view, slot, payload, cancellationToken);
        verdict = !built.Verdict.IsValid ? built.Verdict
            : !built.Receipts[0].Success ? new BlockVerdict(BlockError.SystemTransactionFailed, "with the whole payload")
            : importer.Judge(built.Block!, cancellationToken);
        return verdict.IsValid ? built.Block : null;
    }

    private BuiltBlock BuildWith(PorChainView view, uint slot, BlockPayload payload, CancellationToken cancellationToken)
    {
        byte[] bytes = payload.Encode();
        ulong now = (ulong)time.GetUtcNow().ToUnixTimeSeconds();
        PayloadAttributes attributes = new()
        {
            Timestamp = Math.Max(now, view.Parent.Timestamp + view.Context.MinBlockInterval),
            Beneficiary = SystemContracts.ValidationPool,
            GasLimit = view.Context.BlockGasLimit,
            ExtraData = new PorExtraData((uint)view.Epoch, payload.FirstRound, scheme, slot, graffiti).Encode(),
            MixHash = view.MixWith(payload.Reveal),
            ParentBeaconBlockRoot = Keccak256.Hash(bytes),
            Withdrawals = PorRules.WithdrawalsOf(view, slot),
            LeadingTransactions =
                [SystemTransaction.Build(chainId, view.Work, bytes, view.Context.SystemGasLimit, view.NonceOf(SystemTransaction.Sender))],
        };
        return producer.Build(view.Parent, attributes, cancellationToken);
    }

    // K is read where the rules read it; without an answer no late item is valid.
    private static IReadOnlyList<CarriedVote> LateItems(PorChainView view, IReadOnlyList<CarriedVote> late)
    {
        if (late.Count == 0 || view.Parameter(LateWindow) is not { IsUInt64: true } k) return [];
        ulong window = k.L0;
        return [.. late.Where(v => v.Height + window + 1 >= view.Height).Take((int)Math.Min(window, PayloadLimits.Late))];
    }
}
