using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Rules;
using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Makes what the state machine must know about a height from the committed parent and its state.</summary>
internal sealed class HeightContexts(EpochStore epochs, IChainReader chain, TimeProvider time)
{
    // A head older than this many intervals belongs to a node that has not caught up yet.
    private const ulong RecentIntervals = 10;

    private const uint DefaultLateWindow = 4;

    private static readonly int LateWindow = WorkParameters.ByName("lateWindow")!.Id;

    public HeightContext Of(PorChainView view)
    {
        BlockHeader parent = view.Parent;
        (IReadOnlyList<CarriedVotes> carried, IReadOnlyList<Hash256> rejections) = CarriedBy(parent);
        ulong now = (ulong)Math.Max(0, time.GetUtcNow().ToUnixTimeSeconds());
        return new HeightContext
        {
            Height = view.Height,
            Epoch = view.Epoch,
            ParentHash = parent.Hash,
            Bench = view.Bench,
            Leaders = view,
            WholeBench = epochs.Rescue?.IsFirst(view.Height) == true ? epochs.BenchOf(view.Epoch) : null,
            Timers = new TimerTable(view.Context.TimerBase, view.Context.TimerBackoff, view.Context.TimerCap),
            LateWindow = LateWindowOf(view),
            Parent = ParentOf(parent),
            IsRecent = now <= parent.Timestamp + (RecentIntervals * view.Context.MinBlockInterval),
            MayBeBehind = (now + BlockClock.MaxAhead - Math.Min(now + BlockClock.MaxAhead, parent.Timestamp)) / Math.Max(1, view.Context.MinBlockInterval),
            Carried = carried,
            CarriedRejections = rejections,
        };
    }

    private CommittedParent? ParentOf(BlockHeader parent)
    {
        if (parent.Number == 0) return null;
        if (chain.CertificateByNumber(parent.Number) is not { } bytes || !CertificateCodec.TryDecode(bytes, out Certificate? certificate))
        {
            throw new InvalidDataException($"The certificate of block {parent.Number} is not in the database, although the block is.");
        }

        ulong epoch = epochs.RecordOf(parent.Number)!.Epoch;
        return new CommittedParent(epoch, epochs.BenchAt(parent.Number, epoch)!, certificate);
    }

    private (IReadOnlyList<CarriedVotes> Votes, IReadOnlyList<Hash256> Rejections) CarriedBy(BlockHeader header)
    {
        if (header.Number == 0 || chain.BlockByHash(header.Hash) is not { } block || !PorRules.TryReadPayload(block, out _, out BlockPayload? payload)) return ([], []);
        List<CarriedVotes> votes = [];
        if (payload!.ParentCertificate is { } parent) votes.Add(new CarriedVotes(header.Number - 1, parent.Signers));
        foreach (CarriedVote item in payload.Against) votes.Add(new CarriedVotes(item.Height, item.Votes.Signers));
        foreach (CarriedVote item in payload.Late) votes.Add(new CarriedVotes(item.Height, item.Votes.Signers));
        return (votes, [.. payload.Rejections.Select(r => Keccak256.Hash(r.HeaderRlp.Span))]);
    }

    private static uint LateWindowOf(PorChainView view) =>
        view.Parameter(LateWindow) is { BitLength: <= 7 } k ? (uint)k.L0 : DefaultLateWindow;
}
