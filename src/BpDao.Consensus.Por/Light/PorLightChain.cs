using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Light;

/// <summary>Headers, proven final by one commit certificate an epoch: the bench of e signs the last header of e, parent hashes secure the others, and
/// the first block of e carries the bench of e+1 (protocol rules 3.1, 2.8a).</summary>
internal sealed class PorLightChain : ILightChain
{
    /// <summary>What BLOCKHASH reaches, and the head; more than the heights about which a payload may carry votes.</summary>
    internal const int KeptHeaders = 257;

    private readonly CertificateVerifier _verifier;
    private readonly Func<IReadOnlyList<ReadOnlyMemory<byte>>, Hash256> _receiptsRoot;
    private readonly Dictionary<ulong, Bench> _benches = [];
    private readonly Queue<(BlockHeader Header, BlockRecord Record)> _recent = new();
    private readonly BenchRescue? _rescue;
    private BlockRecord _record = BlockRecord.Genesis;

    /// <param name="rescue">Null but on a network that was dead (ADR 0019).</param>
    public PorLightChain(
        BlockHeader genesis, Bench bench, CertificateVerifier verifier, Func<IReadOnlyList<ReadOnlyMemory<byte>>, Hash256> receiptsRoot, BenchRescue? rescue = null)
    {
        (Head, _verifier, _receiptsRoot, _rescue) = (genesis, verifier, receiptsRoot, rescue);
        _benches[0] = bench;
        _benches[1] = bench.RepeatedIn(1);
        _recent.Enqueue((genesis, _record));
    }

    public BlockHeader Head { get; private set; }

    public ulong Epoch => _record.Epoch;

    public IReadOnlyCollection<BlockHeader> Recent => [.. _recent.Select(r => r.Header)];

    public BlockVerdict Append(EpochSegment segment)
    {
        if (segment.Headers.Count == 0) return new BlockVerdict(BlockError.MalformedBlock, "a segment without headers");
        if (!PorExtraData.TryDecode(segment.Headers[0].ExtraData.Span, out PorExtraData? extra)) return new BlockVerdict(BlockError.InvalidExtraData);
        ulong epoch = extra.Value.Epoch;
        bool begins = Head.Number == 0 || epoch == Epoch + 1;
        bool follows = Head.Number == 0 ? epoch == 0 : begins || epoch == Epoch;
        if (!follows || !_benches.TryGetValue(epoch, out Bench? bench)) return new BlockVerdict(BlockError.InvalidExtraData, $"epoch {epoch} after epoch {Epoch}");

        BlockVerdict verdict = Walk(segment.Headers, epoch, begins, out List<BlockRecord> records);
        if (verdict.IsValid) verdict = Validate(segment.Certificate.Span, segment.Headers[^1], epoch, bench);
        Bench? next = null;
        if (verdict.IsValid && begins && epoch > 0) verdict = ReadOpening(segment.Headers[0], segment.Opening, bench, out next);
        if (!verdict.IsValid) return verdict;

        if (next is not null) _benches[next.Epoch] = next;
        for (int i = 0; i < records.Count; i++) _recent.Enqueue((segment.Headers[i], records[i]));
        while (_recent.Count > KeptHeaders) _recent.Dequeue();
        (Head, _record) = (segment.Headers[^1], records[^1]);
        return BlockVerdict.Valid;
    }

    public BlockVerdict ValidateCertificate(BlockHeader recent, ReadOnlySpan<byte> certificate)
    {
        foreach ((BlockHeader header, BlockRecord record) in _recent)
        {
            if (header.Number == recent.Number && header.Hash == recent.Hash) return Validate(certificate, header, record.Epoch, _benches[record.Epoch]);
        }

        return new BlockVerdict(BlockError.InvalidCertificate, $"block {recent.Number} is none of the last {KeptHeaders}");
    }

    public IReadOnlyList<EngineRecord> Records()
    {
        List<EngineRecord> records = [];
        // Those of epochs 0 and 1 are genesis'.
        foreach ((ulong epoch, Bench bench) in _benches.OrderBy(b => b.Key))
        {
            if (epoch > 1) records.Add(EpochStore.Record(bench));
        }

        foreach ((BlockHeader header, BlockRecord record) in _recent)
        {
            if (header.Number > 0) records.Add(EpochStore.Record(header.Number, record));
        }

        return records;
    }

    private BlockVerdict Walk(IReadOnlyList<BlockHeader> headers, ulong epoch, bool begins, out List<BlockRecord> records)
    {
        records = new List<BlockRecord>(headers.Count);
        (BlockHeader parent, BlockRecord before) = (Head, _record);
        foreach (BlockHeader header in headers)
        {
            if (header.ParentHash != parent.Hash) return new BlockVerdict(BlockError.InvalidParentHash, $"of block {header.Number}");
            if (header.Number != parent.Number + 1) return new BlockVerdict(BlockError.InvalidNumber, $"{header.Number} after {parent.Number}");
            if (header.Timestamp <= parent.Timestamp) return new BlockVerdict(BlockError.InvalidTimestamp, $"of block {header.Number}");
            if (!PorExtraData.TryDecode(header.ExtraData.Span, out PorExtraData? extra) || extra.Value.Epoch != epoch)
            {
                return new BlockVerdict(BlockError.InvalidExtraData, $"block {header.Number} is not in epoch {epoch}");
            }

            if (_rescue is { } rescue && header.Number == rescue.Height && header.Hash != rescue.Hash)
            {
                return new BlockVerdict(BlockError.InvalidCertificate, $"block {header.Number} is {header.Hash}, the rescue says {rescue.Hash}");
            }

            ulong position = begins && records.Count == 0 ? 0 : before.Position + 1;
            // A block has one withdrawal or none (protocol rule 2.2), and its header tells which.
            ulong withdrawals = before.Withdrawals + (header.WithdrawalsRoot == Account.EmptyTrieRoot ? 0UL : 1UL);
            before = new BlockRecord(epoch, position, extra.Value.Producer, extra.Value.Round, SafeMode: false, withdrawals);
            records.Add(before);
            parent = header;
        }

        return BlockVerdict.Valid;
    }

    private BlockVerdict Validate(ReadOnlySpan<byte> certificate, BlockHeader header, ulong epoch, Bench bench)
    {
        string? fault = null;
        Bench? voters = _rescue?.Covers(header.Number, epoch) == true ? RestOf(bench, out fault) : bench;
        if (voters is null) return new BlockVerdict(BlockError.InvalidCertificate, $"of block {header.Number}, by the rescue: {fault}");
        bool sound = CertificateCodec.TryDecode(certificate, out Certificate? votes)
            && _verifier.VerifyQuorum(new BlockCertificate(MessageKind.Vote2, epoch, header.Number, header.Hash, votes), voters);
        return sound ? BlockVerdict.Valid : new BlockVerdict(BlockError.InvalidCertificate, $"of block {header.Number}");
    }

    // Those that are left, if enough of them have signed that they go on without the others.
    private Bench? RestOf(Bench bench, out string? fault)
    {
        fault = _benches.TryGetValue(_rescue!.Epoch, out Bench? signers) ? _rescue.FaultOf(signers, _verifier, out _) : $"the bench of epoch {_rescue.Epoch} is not proven";
        if (fault is not null) return null;
        Bench? rest = _rescue.RestOf(bench);
        if (rest is null) fault = "nobody is left";
        return rest;
    }

    // Who votes in e+1 is what Availability has fixed in the first block of e: carried and fixed, or the same bench again (protocol rule 2.8a). That it
    // was fixed is an event of transaction 0.
    private BlockVerdict ReadOpening(BlockHeader first, EpochOpening? opening, Bench bench, out Bench? next)
    {
        next = null;
        if (opening is null) return new BlockVerdict(BlockError.InvalidPayload, $"block {first.Number} begins an epoch and comes without its payload");
        if (Keccak256.Hash(opening.Payload.Span) != first.ParentBeaconBlockRoot) return new BlockVerdict(BlockError.InvalidPayloadHash, $"of block {first.Number}");
        if (!PayloadCodec.TryDecode(opening.Payload.Span, out BlockPayload? payload)) return new BlockVerdict(BlockError.InvalidPayload, $"of block {first.Number}");
        if (_receiptsRoot(opening.Receipts) != first.ReceiptsRoot || opening.Receipts.Count == 0
            || !ReceiptCodec.TryDecode(opening.Receipts[0].Span, out Receipt? receipt))
        {
            return new BlockVerdict(BlockError.InvalidReceiptsRoot, $"of block {first.Number}");
        }

        bool isFixed = payload.EpochRecord is { } carried && carried.Epoch == bench.Epoch + 1
            && AvailabilityContract.HasFixed(receipt!.Logs, carried.Epoch, BenchRecord.HashOf(carried));
        next = isFixed ? payload.EpochRecord! : bench.RepeatedIn(bench.Epoch + 1);
        return BlockVerdict.Valid;
    }
}
