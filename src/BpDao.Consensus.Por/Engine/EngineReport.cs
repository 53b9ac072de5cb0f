using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using Microsoft.Extensions.Logging;

namespace BpDao.Consensus.Por.Engine;

/// <summary>What people read: a line for each block, each refused one and each failed round, alarms, and the status. Used by the engine's loop alone.</summary>
internal sealed class EngineReport(EngineContext context, EpochStore epochs, BlockClock clock, SafetyRules? safety, ILogger logger)
{
    private readonly HeightClock _heights = new(context.Time);
    private PorChainView? _view;
    private string? _alarm;
    private RoundSummary? _lastFailure;
    private BlockRefused? _lastRefusal;
    private HeightSummary? _lastHeight;
    private DateTimeOffset _dueAt;
    private bool _hasKeptSplit;

    /// <summary>A height begins; the one before, if any, has ended with its parent.</summary>
    public void Begin(PorChainView view)
    {
        if (_view is null) LogStart(view);
        else LogBlock(view.Parent);
        _view = view;
        _dueAt = clock.Now + clock.UntilDue(view);
        _heights.Begin(BlockClock.EarliestOf(view));
    }

    public void Note(PorEvent e)
    {
        if (e is BlockBuilt built) _heights.Propose(built.Block.Hash);
        else if (e is BlockJudged judged) _heights.Judge(judged.BlockHash);
    }

    public void Note(PorEffect effect)
    {
        if (effect is Judge judge) _heights.Propose(judge.Block.Hash);
        else if (effect is Commit) _heights.Decide();
    }

    public void Refused(BlockRefused m)
    {
        _lastRefusal = m;
        logger.Refused(m.Height, m.BlockHash, m.Leader, m.Round, m.Detail);
    }

    public void RoundFailed(RoundFailed m)
    {
        Bench bench = _view!.Bench;
        uint[] silent = m.Silent.Slots();
        _lastFailure = new RoundSummary(m.Height, m.Round, m.Leader, m.HadProposal, m.WeightFor, m.WeightAgainst, silent);
        string names = silent.Length == 0 ? "nobody" : string.Join(", ", silent.Select(s => $"{s} ({Percent(bench.WeightOf(s), bench)} %)"));
        logger.RoundFailed(
            m.Round, m.Height, m.Leader, m.HadProposal ? "proposed" : "was silent", Percent(m.WeightFor, bench), Percent(m.WeightAgainst, bench), names);
        if (m.SplitOver is { } block) ReportSplit(m, block, bench);
    }

    public void Raise(Alarm m)
    {
        if (m.Kind == AlarmKind.SafetyRecordLost)
        {
            logger.RecordLost(m.Kind.ToString(), m.Detail);
            return;
        }

        _alarm ??= $"{m.Kind}: {m.Detail}";
        logger.Stopped(m.Kind.ToString(), m.Detail);
        if (context.Reports is { } reports) AlarmReport.Keep(reports, m, _view!.Height, clock.Now);
    }

    /// <param name="evidence">How much of it waits for a block.</param>
    /// <param name="dropped">Messages of peers that found the inbox full.</param>
    public PorStatus StatusOf(PorProtocol protocol, int evidence, long dropped)
    {
        PorChainView view = _view!;
        return new PorStatus(
            protocol.Height, view.Epoch, view.Position, protocol.Round, view.LeaderOf(protocol.Round), safety?.Slot, safety?.TakesPart ?? false,
            _alarm, _lastFailure, dropped)
        {
            View = protocol.View,
            TotalWeight = view.Bench.TotalWeight,
            LastHeight = _lastHeight,
            LastRefusedBlock = _lastRefusal,
            Evidence = evidence,
        };
    }

    // The first block of the process is kept: there is room for few, and whatever divides the nodes divides them over the next one, too.
    private void ReportSplit(RoundFailed m, Block block, Bench bench)
    {
        (ulong weightFor, ulong weightAgainst) = (Percent(m.WeightFor, bench), Percent(m.WeightAgainst, bench));
        logger.Split(m.Round, m.Height, block.Hash, weightFor, weightAgainst);
        if (_hasKeptSplit || context.Reports is not { } reports) return;
        _hasKeptSplit = true;
        string detail = $"round {m.Round}: {weightFor} % for block {block.Hash}, {weightAgainst} % against it; here: {(_lastRefusal?.BlockHash == block.Hash ? _lastRefusal.Detail : "valid")}";
        AlarmReport.Keep(reports, new Alarm(AlarmKind.SplitVote, detail) { Block = block }, m.Height, clock.Now);
    }

    private void LogStart(PorChainView view)
    {
        string role = safety is null ? "follows" : view.Bench.FindKey(safety.Address.Bytes) is { } self ? $"votes as slot {self.Slot}" : "is not on the bench";
        logger.Starts(view.Height, view.Epoch, view.Bench.Members.Count, role);
        foreach (BenchMember member in view.Bench.Members)
        {
            if (!view.Bench.IsQuorum(view.Bench.TotalWeight - member.Weight)) logger.HoldsAThird(member.Slot, Percent(member.Weight, view.Bench));
        }
    }

    private void LogBlock(BlockHeader head)
    {
        if (epochs.RecordOf(head.Number) is not { } record || context.Chain.CommittedAt(head.Number) is not var (block, certificate)) return;
        Bench bench = epochs.BenchAt(head.Number, record.Epoch)!;
        UInt256 weight = UInt256.Zero;
        foreach (uint slot in certificate.Signers.Slots()) weight += bench.WeightOf(slot);
        uint[] absent = [.. bench.Members.Where(m => !certificate.Signers.Contains(m.Slot)).Select(m => m.Slot)];
        long took = Math.Max(0, (long)(clock.Now - _dueAt).TotalMilliseconds);
        _lastHeight = new HeightSummary(head.Number, head.Hash, record.Producer, certificate.Round, weight, absent, took) { Times = _heights.End() };
        logger.Finalised(
            head.Number, head.Hash, record.Producer, certificate.Round, block.Transactions.Count, head.GasUsed, Percent(weight, bench), took,
            absent.Length == 0 ? "nobody" : string.Join(", ", absent));
        if (record.SafeMode) logger.SafeMode(head.Number);
    }

    private static ulong Percent(UInt256 weight, Bench bench) => (ulong)UInt256.Min(weight * 100 / bench.TotalWeight, 100);
}
