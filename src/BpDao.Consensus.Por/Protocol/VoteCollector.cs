using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>What to do with a vote before its signature is checked.</summary>
internal enum Admission
{
    New,

    /// <summary>Contradicts the vote that counts; the first such copy is kept, since two signatures are evidence.</summary>
    Conflict,

    /// <summary>Nothing to learn from it.</summary>
    Known,
}

/// <summary>Two signed votes of one voter that an honest one never gives.</summary>
internal sealed record VoteConflict(Vote Counted, Vote Other);

/// <summary>The votes of one height. A voter has one place a round and phase, and one more for a contradiction, so memory is bounded
/// whatever arrives (protocol rule 4.8). Signatures are checked by the caller between <see cref="Admit"/> and <see cref="Add"/>.</summary>
internal sealed class VoteCollector(Bench bench)
{
    private readonly SortedDictionary<uint, Round> _rounds = [];

    public Bench Bench => bench;

    public Admission Admit(Vote vote)
    {
        if (!_rounds.TryGetValue(vote.Round, out Round? round)) return Admission.New;
        Phase phase = round.PhaseOf(vote);
        if (!phase.Counted.TryGetValue(vote.Slot, out Vote? counted)) return Admission.New;
        return (counted.Kind == vote.Kind && counted.BlockHash == vote.BlockHash) || phase.Contradicting.ContainsKey(vote.Slot)
            ? Admission.Known : Admission.Conflict;
    }

    /// <summary>The contradiction, when the voter has already voted otherwise.</summary>
    public VoteConflict? Add(Vote vote)
    {
        if (!_rounds.TryGetValue(vote.Round, out Round? round)) _rounds.Add(vote.Round, round = new Round());
        Phase phase = round.PhaseOf(vote);
        if (!phase.Counted.TryAdd(vote.Slot, vote))
        {
            return phase.Contradicting.TryAdd(vote.Slot, vote) ? new VoteConflict(phase.Counted[vote.Slot], vote) : null;
        }

        phase.Count(vote.Kind, vote.BlockHash, bench.WeightOf(vote.Slot));
        return null;
    }

    public UInt256 Weight(uint round, MessageKind kind, Hash256 blockHash) =>
        _rounds.TryGetValue(round, out Round? votes) ? votes.PhaseOf(kind).WeightOf(kind, blockHash) : UInt256.Zero;

    /// <summary>Weight against any block of the round: once it blocks, no block of the round can get a QC1.</summary>
    public UInt256 WeightAgainst(uint round)
    {
        UInt256 sum = UInt256.Zero;
        if (!_rounds.TryGetValue(round, out Round? votes)) return sum;
        foreach (Tally tally in votes.First.Tallies)
        {
            if (tally.Kind == MessageKind.Vote1Against) sum += tally.Weight;
        }

        return sum;
    }

    public bool IsQuorum(uint round, MessageKind kind, Hash256 blockHash) => bench.IsQuorum(Weight(round, kind, blockHash));

    /// <summary>All votes of that kind joined; null when there is none. A quorum is the caller's to ask for.</summary>
    public Certificate? Join(uint round, MessageKind kind, Hash256 blockHash, ICertificateScheme scheme, SlotBitmap? without = null)
    {
        if (!_rounds.TryGetValue(round, out Round? votes)) return null;
        List<uint> slots = [];
        List<ReadOnlyMemory<byte>> signatures = [];
        foreach ((uint slot, Vote vote) in votes.PhaseOf(kind).Counted)
        {
            if (vote.Kind != kind || vote.BlockHash != blockHash || without?.Contains(slot) == true) continue;
            slots.Add(slot);
            signatures.Add(vote.Signature);
        }

        return slots.Count == 0 ? null : new Certificate(round, SlotBitmap.Of(slots), scheme.Join(signatures));
    }

    /// <summary>Slots that voted in the round, for or against, in either phase.</summary>
    public SlotBitmap Voters(uint round)
    {
        if (!_rounds.TryGetValue(round, out Round? votes)) return SlotBitmap.Empty;
        return SlotBitmap.Of([.. votes.First.Counted.Keys, .. votes.Second.Counted.Keys]);
    }

    /// <summary>Rounds in which anybody voted, ascending.</summary>
    public uint[] Rounds => [.. _rounds.Keys];

    /// <summary>Drops rounds below <paramref name="round"/>, but for <paramref name="kept"/>.</summary>
    public void ForgetBelow(uint round, uint? kept)
    {
        foreach (uint old in Rounds)
        {
            if (old < round && old != kept) _rounds.Remove(old);
        }
    }

    private sealed class Round
    {
        public Phase First { get; } = new();

        public Phase Second { get; } = new();

        public Phase PhaseOf(Vote vote) => PhaseOf(vote.Kind);

        public Phase PhaseOf(MessageKind kind) => kind == MessageKind.Vote2 ? Second : First;
    }

    private sealed class Phase
    {
        public SortedDictionary<uint, Vote> Counted { get; } = [];

        public SortedDictionary<uint, Vote> Contradicting { get; } = [];

        public List<Tally> Tallies { get; } = [];

        public void Count(MessageKind kind, Hash256 blockHash, UInt256 weight)
        {
            int i = Tallies.FindIndex(t => t.Kind == kind && t.BlockHash == blockHash);
            if (i < 0) Tallies.Add(new Tally(kind, blockHash, weight));
            else Tallies[i] = Tallies[i] with { Weight = Tallies[i].Weight + weight };
        }

        public UInt256 WeightOf(MessageKind kind, Hash256 blockHash)
        {
            foreach (Tally tally in Tallies)
            {
                if (tally.Kind == kind && tally.BlockHash == blockHash) return tally.Weight;
            }

            return UInt256.Zero;
        }
    }

    private readonly record struct Tally(MessageKind Kind, Hash256 BlockHash, UInt256 Weight);
}
