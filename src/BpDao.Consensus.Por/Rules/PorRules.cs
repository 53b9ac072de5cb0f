using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Specs;

namespace BpDao.Consensus.Por.Rules;

/// <summary>When a block is proper (protocol rule 4.3): by its own bytes and the state of its parent, never by clock, memory or mail.</summary>
public sealed class PorRules : IConsensusRules
{
    private readonly ulong _chainId;
    private readonly CertificateVerifier _verifier;
    private readonly PayloadVerifier _payloads;
    private readonly EthereumEcdsa _ecdsa = new(Secp256k1.Default);

    public PorRules(ulong chainId, EpochStore epochs, CertificateVerifier verifier)
    {
        _chainId = chainId;
        Epochs = epochs;
        _verifier = verifier;
        _payloads = new PayloadVerifier(verifier);
    }

    public EpochStore Epochs { get; }

    public ILightConsensus? Light { get; init; }

    public IReadOnlyList<IHeaderRule> HeaderRules => PorHeaderRules.All;

    public IForkChoice ForkChoice { get; } = new NoForkChoice();

    public BlockVerdict ValidateBeforeExecution(Block block, BlockHeader parent, IContractCaller parentState)
    {
        BlockVerdict verdict = Validate(block, PorChainView.Open(parentState, Epochs, parent));
        if (verdict.IsValid || Epochs.Rescue?.Height != parent.Number) return verdict;
        // A block that one of the lost proposed before the network died may have a QC1, and then nothing else may follow here (docs/consensus.md §7).
        return Validate(block, PorChainView.Open(parentState, Epochs.BeforeRescue, parent)).IsValid ? BlockVerdict.Valid : verdict;
    }

    private BlockVerdict Validate(Block block, PorChainView view)
    {
        if (!TryReadPayload(block, out byte[] bytes, out BlockPayload? payload)) return new BlockVerdict(BlockError.InvalidPayload, "transaction 0 carries no canonical payload");
        if (Keccak256.Hash(bytes) != block.Header.ParentBeaconBlockRoot) return new BlockVerdict(BlockError.InvalidPayloadHash);

        BlockVerdict verdict = ValidateHeader(block.Header, payload!, view);
        if (verdict.IsValid) verdict = ValidateTransactions(block, bytes, view);
        if (verdict.IsValid) verdict = ValidateRandomness(block.Header, payload!, view);
        if (verdict.IsValid) verdict = ValidateRecord(payload!, view);
        return verdict.IsValid ? _payloads.Verify(payload!, view) : verdict;
    }

    /// <summary>Protocol rule 2.8a: a failed transaction 0 is right exactly when it carries P_min.</summary>
    public BlockVerdict ValidateAfterExecution(Block block, IReadOnlyList<Receipt> receipts)
    {
        if (receipts[0].Success) return BlockVerdict.Valid;
        bool minimal = TryReadPayload(block, out byte[] bytes, out BlockPayload? payload) && bytes.AsSpan().SequenceEqual(payload!.Minimal().Encode());
        return minimal ? BlockVerdict.Valid : new BlockVerdict(BlockError.SystemTransactionFailed, "with more than P_min");
    }

    public BlockVerdict ValidateCertificate(BlockHeader header, ReadOnlySpan<byte> certificate, BlockHeader parent, IContractCaller parentState)
    {
        if (header.Number != parent.Number + 1) return new BlockVerdict(BlockError.InvalidCertificate, $"block {header.Number} does not come after block {parent.Number}");
        PorChainView view = PorChainView.Open(parentState, Epochs, parent);
        return ValidateCertificate(header, certificate, view.Epoch, view.Bench);
    }

    public BlockVerdict ValidateCertificate(BlockHeader header, ReadOnlySpan<byte> certificate) =>
        header.Number > 0 && Epochs.RecordOf(header.Number) is { } record && Epochs.BenchAt(header.Number, record.Epoch) is { } bench
            ? ValidateCertificate(header, certificate, record.Epoch, bench)
            : new BlockVerdict(BlockError.InvalidCertificate, $"of block {header.Number}, where nothing is decided");

    // The epoch is part of what is signed, so whatever the header says of itself, no other bench can make up for the one that is due.
    private BlockVerdict ValidateCertificate(BlockHeader header, ReadOnlySpan<byte> certificate, ulong epoch, Bench bench)
    {
        bool sound = CertificateCodec.TryDecode(certificate, out Certificate? votes)
            && _verifier.VerifyQuorum(new BlockCertificate(MessageKind.Vote2, epoch, header.Number, header.Hash, votes), bench);
        return sound ? BlockVerdict.Valid : new BlockVerdict(BlockError.InvalidCertificate, $"of block {header.Number}, epoch {epoch} is due");
    }

    public IReadOnlyList<EngineRecord> RecordsOf(Block block, BlockHeader parent, IContractCaller parentState, IReadOnlyList<Receipt> receipts)
    {
        PorChainView view = PorChainView.Open(parentState, Epochs, parent);
        TryReadPayload(block, out _, out BlockPayload? payload);
        PorExtraData.TryDecode(block.Header.ExtraData.Span, out PorExtraData? extra);
        bool good = receipts[0].Success;
        ulong withdrawals = view.ParentRecord.Withdrawals + (ulong)(block.Body.Withdrawals?.Count ?? 0);
        List<EngineRecord> records =
        [
            EpochStore.Record(block.Number, new BlockRecord(view.Epoch, view.Position, extra!.Value.Producer, extra.Value.Round, !good, withdrawals)),
        ];
        if (view.IsSound) records.Add(EpochStore.Record(view.Context));
        records.Add(EpochStore.Record(view.Clock));
        // Without a good first block the contracts know no next bench either; both repeat the one in force (protocol rule 2.8). That transaction 0
        // succeeded does not tell: an unsound Work contract may answer and do nothing. Availability says what it has fixed.
        if (view.Position == 0 && view.Epoch > 0)
        {
            bool isFixed = payload!.EpochRecord is { } carried && AvailabilityContract.HasFixed(receipts[0].Logs, carried.Epoch, BenchRecord.HashOf(carried));
            records.Add(EpochStore.Record(isFixed ? payload.EpochRecord! : view.BenchOf(view.Epoch)!.RepeatedIn(view.Epoch + 1)));
        }

        Epochs.Expect(records);
        return records;
    }

    /// <summary>New coins are withdrawals to the validation pool (protocol rule 2.2).</summary>
    public IReadOnlyList<BlockReward> Rewards(Block block) => [];

    /// <summary>The payload of a block's transaction 0.</summary>
    public static bool TryReadPayload(Block block, out byte[] bytes, out BlockPayload? payload)
    {
        (bytes, payload) = ([], null);
        return block.Transactions.Count > 0 && SystemTransaction.TryReadPayload(block.Transactions[0], out bytes) && PayloadCodec.TryDecode(bytes, out payload);
    }

    /// <summary>What the header's withdrawal must be (protocol rule 2.2).</summary>
    public static IReadOnlyList<Withdrawal> WithdrawalsOf(PorChainView view, uint producer) => view.Context.BlockReward == 0
        ? []
        : [new Withdrawal(view.ParentRecord.Withdrawals, producer, SystemContracts.ValidationPool, view.Context.BlockReward)];

    private BlockVerdict ValidateHeader(BlockHeader header, BlockPayload payload, PorChainView view)
    {
        if (!PorExtraData.TryDecode(header.ExtraData.Span, out PorExtraData? extra) || extra.Value.Epoch != view.Epoch || extra.Value.Scheme != _verifier.Scheme.Id
            || extra.Value.Round != payload.FirstRound)
        {
            return new BlockVerdict(BlockError.InvalidExtraData, $"epoch {view.Epoch}, round {payload.FirstRound}, scheme {_verifier.Scheme.Id} are due");
        }

        uint leader = view.LeaderOf(payload.FirstRound);
        if (extra.Value.Producer != leader) return new BlockVerdict(BlockError.InvalidProducer, $"slot {extra.Value.Producer}, the leader is {leader}");
        if (header.GasLimit != view.Context.BlockGasLimit) return new BlockVerdict(BlockError.InvalidGasLimit, $"{header.GasLimit}, due {view.Context.BlockGasLimit}");
        return header.Timestamp < view.Parent.Timestamp + view.Context.MinBlockInterval
            ? new BlockVerdict(BlockError.InvalidTimestamp, $"less than {view.Context.MinBlockInterval} s after the parent")
            : BlockVerdict.Valid;
    }

    private BlockVerdict ValidateTransactions(Block block, byte[] payload, PorChainView view)
    {
        PorExtraData.TryDecode(block.Header.ExtraData.Span, out PorExtraData? extra);
        if (!(block.Body.Withdrawals ?? []).SequenceEqual(WithdrawalsOf(view, extra!.Value.Producer))) return new BlockVerdict(BlockError.InvalidWithdrawals);

        Transaction due = SystemTransaction.Build(_chainId, view.Work, payload, view.Context.SystemGasLimit, view.NonceOf(SystemTransaction.Sender));
        if (block.Transactions[0].Hash != due.Hash) return new BlockVerdict(BlockError.InvalidSystemTransaction, $"{block.Transactions[0].Hash}, due {due.Hash}");
        for (int i = 1; i < block.Transactions.Count; i++)
        {
            Transaction tx = block.Transactions[i];
            if (tx.Type == TxType.Blob) return new BlockVerdict(BlockError.InvalidTransaction, $"transaction {i} carries blobs");
            if (_ecdsa.TryRecoverSender(tx, out Address sender) && sender == SystemTransaction.Sender)
            {
                return new BlockVerdict(BlockError.ExtraSystemTransaction, $"transaction {i}");
            }
        }

        return BlockVerdict.Valid;
    }

    private static BlockVerdict ValidateRandomness(BlockHeader header, BlockPayload payload, PorChainView view)
    {
        PorExtraData.TryDecode(header.ExtraData.Span, out PorExtraData? extra);
        if (!view.IsRightReveal(extra!.Value.Producer, payload.Reveal)) return new BlockVerdict(BlockError.InvalidReveal, $"of slot {extra.Value.Producer}");
        return header.MixHash == view.MixWith(payload.Reveal) ? BlockVerdict.Valid : new BlockVerdict(BlockError.InvalidMix);
    }

    private static BlockVerdict ValidateRecord(BlockPayload payload, PorChainView view)
    {
        Bench? due = view.DueRecord();
        bool same = due is null ? payload.EpochRecord is null : payload.EpochRecord is { } carried && BenchRecord.HashOf(carried) == BenchRecord.HashOf(due);
        return same ? BlockVerdict.Valid : new BlockVerdict(BlockError.InvalidEpochRecord, due is null ? "none is due" : $"of epoch {due.Epoch}");
    }

    // Every committed block is final before the next begins (protocol rule 2.1).
    private sealed class NoForkChoice : IForkChoice
    {
        public bool Prefers(BlockHeader candidate, UInt256 candidateTotalDifficulty, BlockHeader head, UInt256 headTotalDifficulty) =>
            candidate.ParentHash == head.Hash;
    }
}
