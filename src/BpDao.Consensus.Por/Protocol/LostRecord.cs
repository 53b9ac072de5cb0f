namespace BpDao.Consensus.Por.Protocol;

/// <summary>From which height on a key without its safety record may sign: it sits out every height that may have been voted on (protocol rule 4.6).</summary>
internal sealed class LostRecord(SafetyRules safety, Action<PorEffect> emit)
{
    private FreshStart? _fresh;
    private bool _isReported;

    /// <summary>A height begins. Settled as soon as the head is recent, on the bench or not yet: a newcomer must not sit out the first height that
    /// needs its vote. Alone on the bench nobody else can have seen a vote. At genesis, whether the network is new is known from the first
    /// peers' status.</summary>
    /// <param name="slot">Of this key on the bench; null when it has none.</param>
    public void Begin(HeightContext context, uint? slot)
    {
        if (safety.TakesPartFrom is not null) return;
        if (slot is not null && !_isReported && (safety.Condition == SafetyCondition.Damaged || context.Height > 1))
        {
            _isReported = true;
            emit(new Alarm(AlarmKind.SafetyRecordLost, $"the safety record is {(safety.Condition == SafetyCondition.Damaged ? "damaged" : "missing")}{AdviceOn(context.Bench, slot.Value)}"));
        }

        bool isAlone = slot is not null && context.Bench.Members.Count == 1;
        if (isAlone && safety.Condition == SafetyCondition.Missing) safety.TakePartFrom(context.Height);
        else if (!isAlone && context.Height > 1 && context.IsRecent) safety.TakePartFrom(context.Height + 1 + context.MayBeBehind);
    }

    /// <summary>A peer said where it stands.</summary>
    /// <inheritdoc cref="SettleStart"/>
    public bool Learn(HeightContext context, PeerId peer, ulong committed, ulong claimed)
    {
        if (!IsAtStart(context)) return false;
        Fresh(context).Learn(peer, committed);
        return SettleStart(claimed);
    }

    /// <summary>A resend period passed.</summary>
    /// <inheritdoc cref="SettleStart"/>
    public bool Tick(HeightContext context, ulong claimed)
    {
        if (!IsAtStart(context)) return false;
        Fresh(context).Tick();
        return SettleStart(claimed);
    }

    private bool IsAtStart(HeightContext context) => safety is { TakesPartFrom: null, Condition: SafetyCondition.Missing } && context.Height == 1;

    private FreshStart Fresh(HeightContext context) => _fresh ??= new FreshStart(context.Bench.Members.Count);

    // Where nobody can decide without it, the height that it sits out never ends.
    private static string AdviceOn(Bench bench, uint slot) => bench.IsQuorum(bench.TotalWeight - bench.WeightOf(slot)) ? ""
        : ", and no block can come without this key: when the chain stands still and the key signs nowhere else, start once with --por.unsafe-reset";

    /// <param name="claimed">The highest block that anybody claims and has not failed to show.</param>
    /// <returns>The network is new, and this key may sign from now on.</returns>
    private bool SettleStart(ulong claimed)
    {
        if (!_fresh!.IsSettled(claimed)) return false;
        safety.TakePartFrom(1);
        return true;
    }
}
