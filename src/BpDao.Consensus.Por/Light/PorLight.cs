using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Rules;
using BpDao.Core;

namespace BpDao.Consensus.Por.Light;

/// <summary>Proof of Reputation for whoever does not execute: benches are proven from one epoch to the next (consensus-notes: one certificate an epoch).</summary>
public sealed class PorLight(EpochStore epochs, PorParameters parameters, CertificateVerifier verifier) : ILightConsensus
{
    private static readonly int UnbondingTime = WorkParameters.ByName("unbondingTime")!.Id;

    // Half of the 14 days of public networks, where the contracts do not say.
    private static readonly TimeSpan DefaultTrustingPeriod = new(7, 0, 0, 0);

    public ulong? EpochOf(BlockHeader header) => PorExtraData.TryDecode(header.ExtraData.Span, out PorExtraData? extra) ? extra.Value.Epoch : null;

    /// <remarks>Epochs only grow along the chain, so its ends are found by halving.</remarks>
    public EpochSpan? SpanOf(ulong epoch, BlockHeader head)
    {
        if (head.Number == 0 || FirstOf(epoch, head.Number) is not { } first) return null;
        if (epochs.RecordOf(head.Number) is not { } last || last.Epoch < epoch) return null;
        return last.Epoch == epoch ? new EpochSpan(first, head.Number) : FirstOf(epoch + 1, head.Number) is { } next ? new EpochSpan(first, next - 1) : null;
    }

    public ReadOnlyMemory<byte>? PayloadOf(Block first) => PorRules.TryReadPayload(first, out byte[] payload, out _) ? payload : null;

    public ILightChain Open(BlockHeader genesis, Func<IReadOnlyList<ReadOnlyMemory<byte>>, Hash256> receiptsRoot) =>
        new PorLightChain(genesis, parameters.Bench, verifier, receiptsRoot, epochs.Rescue);

    public TimeSpan? TrustingPeriod(BlockHeader head, IContractCaller state)
    {
        if (parameters.PublishedProducers.Count > 0) return null;
        return PorChainView.Open(state, epochs, head).Parameter(UnbondingTime) is { BitLength: > 0 and <= 32 } seconds
            ? new TimeSpan((long)(seconds.L0 / 2) * TimeSpan.TicksPerSecond)
            : DefaultTrustingPeriod;
    }

    public bool IsDecidedBy(BlockHeader head, Address key)
    {
        ulong epoch = epochs.RecordOf(head.Number)?.Epoch ?? 0;
        return Decides(epochs.BenchOf(epoch), key) && Decides(epochs.BenchOf(epoch + 1), key);
    }

    public IReadOnlyList<EngineRecord> RecordsAt(ILightChain chain, BlockHeader head, IContractCaller state)
    {
        // As if the records were written: they are, together with these.
        EpochStore proven = new(new RecordTable(chain.Records()), parameters.Bench);
        PorChainView view = PorChainView.Open(state, proven, head);
        return view.IsSound ? [EpochStore.Record(view.Context), EpochStore.Record(view.Clock)] : [];
    }

    /// <summary>The least block of that epoch; null when the chain has none, or this node does not know where it begins.</summary>
    private ulong? FirstOf(ulong epoch, ulong head)
    {
        ulong low = 1, high = head;
        while (low < high)
        {
            ulong middle = low + ((high - low) / 2);
            // Records of blocks that were never here are older than those that are.
            if (epochs.RecordOf(middle) is { } record && record.Epoch >= epoch) high = middle;
            else low = middle + 1;
        }

        return epochs.RecordOf(low) is { Position: 0 } found && found.Epoch == epoch ? low : null;
    }

    private static bool Decides(Bench? bench, Address key) => bench?.FindKey(key.Bytes) is { } member && bench.IsQuorum(member.Weight);

    private sealed class RecordTable : IEngineRecords
    {
        private readonly Dictionary<string, byte[]> _records;

        public RecordTable(IReadOnlyList<EngineRecord> records) =>
            _records = records.ToDictionary(r => Convert.ToHexString(r.Key.Span), r => r.Value.ToArray(), StringComparer.Ordinal);

        public byte[]? Get(ReadOnlySpan<byte> key) => _records.GetValueOrDefault(Convert.ToHexString(key));
    }
}
