using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>The timeouts of one height: one place a voter, the highest round wins (protocol rule 4.8).</summary>
internal sealed class TimeoutCollector(Bench bench)
{
    private readonly SortedDictionary<uint, TimeoutMessage> _bySlot = [];

    /// <summary>False when the voter has already said as much or more.</summary>
    public bool Admits(TimeoutMessage timeout) => !_bySlot.TryGetValue(timeout.Slot, out TimeoutMessage? known) || known.Round < timeout.Round;

    public void Add(TimeoutMessage timeout) => _bySlot[timeout.Slot] = timeout;

    public UInt256 WeightOf(uint round)
    {
        UInt256 weight = UInt256.Zero;
        foreach ((uint slot, TimeoutMessage timeout) in _bySlot)
        {
            if (timeout.Round == round) weight += bench.WeightOf(slot);
        }

        return weight;
    }

    public SlotBitmap Voters(uint round)
    {
        List<uint> slots = [];
        foreach ((uint slot, TimeoutMessage timeout) in _bySlot)
        {
            if (timeout.Round == round) slots.Add(slot);
        }

        return SlotBitmap.Of(slots);
    }

    /// <summary>The certificate of a round once a quorum has given it up.</summary>
    /// <param name="qcOf">The verified QC1 behind a claim; null when it is not here any more (protocol rule 4.4).</param>
    public TimeoutCertificate? TryCertify(uint round, ICertificateScheme scheme, Func<uint, Hash256, Certificate?> qcOf)
    {
        UInt256 weight = UInt256.Zero;
        List<TimeoutMessage> timeouts = [];
        foreach ((uint slot, TimeoutMessage timeout) in _bySlot)
        {
            if (timeout.Round != round) continue;
            weight += bench.WeightOf(slot);
            timeouts.Add(timeout);
        }

        if (!bench.IsQuorum(weight)) return null;

        SortedDictionary<Claim, List<TimeoutMessage>> claims = [];
        foreach (TimeoutMessage timeout in timeouts)
        {
            Claim claim = new(timeout.HqcRoundPlusOne, timeout.HqcBlockHash);
            if (!claims.TryGetValue(claim, out List<TimeoutMessage>? same)) claims.Add(claim, same = []);
            same.Add(timeout); // by ascending slot, as signatures are joined
        }

        List<TimeoutGroup> groups = [];
        Certificate? highest = null;
        foreach ((Claim claim, List<TimeoutMessage> same) in claims)
        {
            byte[] signatures = scheme.Join([.. same.Select(t => t.Signature)]);
            groups.Add(new TimeoutGroup(claim.RoundPlusOne, claim.BlockHash, SlotBitmap.Of(same.Select(t => t.Slot)), signatures));
            if (claim.RoundPlusOne > 0) highest = qcOf(claim.RoundPlusOne - 1, claim.BlockHash);
        }

        // An old QC1 may be forgotten by now; the next timeout that claims it brings it along.
        return groups[^1].HqcRoundPlusOne > 0 && highest is null ? null : new TimeoutCertificate(round, groups, highest);
    }

    /// <summary>The least round at or above <paramref name="from"/> that anybody gave up, once those who gave up such rounds block the bench:
    /// one of them is honest (rule T of docs/consensus.md).</summary>
    public uint? RoundToJoin(uint from)
    {
        UInt256 weight = UInt256.Zero;
        uint? least = null;
        foreach ((uint slot, TimeoutMessage timeout) in _bySlot)
        {
            if (timeout.Round < from) continue;
            weight += bench.WeightOf(slot);
            least = Math.Min(least ?? timeout.Round, timeout.Round);
        }

        return bench.IsBlocking(weight) ? least : null;
    }

    private readonly record struct Claim(uint RoundPlusOne, Hash256 BlockHash) : IComparable<Claim>
    {
        public int CompareTo(Claim other) =>
            RoundPlusOne != other.RoundPlusOne ? RoundPlusOne.CompareTo(other.RoundPlusOne) : BlockHash.CompareTo(other.BlockHash);
    }
}
