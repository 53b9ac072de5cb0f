using System.Diagnostics.CodeAnalysis;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>One voter of an epoch.</summary>
/// <param name="Slot">The bond's permanent number, its index everywhere (protocol rule 3.1).</param>
/// <param name="Identity">Whose reputation is bonded.</param>
/// <param name="Key">Consensus key: 20 bytes of address in scheme 1.</param>
/// <param name="Weight">Bonded REP in wei, above zero.</param>
public sealed record BenchMember(uint Slot, Address Identity, ReadOnlyMemory<byte> Key, UInt256 Weight)
{
    public bool Equals(BenchMember? other) =>
        other is not null && Slot == other.Slot && Identity == other.Identity && Weight == other.Weight && Key.Span.SequenceEqual(other.Key.Span);

    public override int GetHashCode() => HashCode.Combine(Slot, Identity, Weight);
}

/// <summary>Who votes in an epoch, with which weight (protocol rules 3.1, 3.2). Immutable; members by ascending slot.</summary>
public sealed class Bench
{
    /// <summary>Hard bound of what is read from anybody (protocol rule 3.3).</summary>
    public const int MaxMembers = 1024;

    /// <summary>The longest consensus key of any scheme, in bytes (BLS12-381).</summary>
    public const int MaxKey = 48;

    // Three times the whole weight still fits into 256 bits, so quorums are compared without overflow.
    private static readonly UInt256 MaxTotal = UInt256.MaxValue / 3;

    private readonly BenchMember[] _members;

    private Bench(ulong epoch, BenchMember[] members, UInt256 total)
    {
        Epoch = epoch;
        _members = members;
        TotalWeight = total;
    }

    public ulong Epoch { get; }

    public IReadOnlyList<BenchMember> Members => _members;

    /// <summary>W.</summary>
    public UInt256 TotalWeight { get; }

    /// <summary>False unless slots ascend, keys differ and fit, every weight is above zero, and there is at least one member.</summary>
    public static bool TryCreate(ulong epoch, IReadOnlyList<BenchMember> members, [NotNullWhen(true)] out Bench? bench)
    {
        bench = null;
        if (members.Count is 0 or > MaxMembers) return false;
        UInt256 total = UInt256.Zero;
        long previous = -1;
        HashSet<Hash256> keys = [];
        foreach (BenchMember member in members)
        {
            if (member.Slot <= previous || member.Slot >= SlotBitmap.MaxSlots || member.Weight.IsZero || member.Key.Length > MaxKey
                || UInt256.AddOverflow(total, member.Weight, out total) || total > MaxTotal || !keys.Add(Keccak256.Hash(member.Key.Span)))
            {
                return false;
            }

            previous = member.Slot;
        }

        bench = new Bench(epoch, [.. members], total);
        return true;
    }

    /// <summary>The same members in another epoch (protocol rule 2.8).</summary>
    public Bench RepeatedIn(ulong epoch) => new(epoch, _members, TotalWeight);

    public BenchMember? Find(uint slot)
    {
        int low = 0, high = _members.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (_members[middle].Slot == slot) return _members[middle];
            if (_members[middle].Slot < slot) low = middle + 1;
            else high = middle - 1;
        }

        return null;
    }

    public BenchMember? FindKey(ReadOnlySpan<byte> key)
    {
        foreach (BenchMember member in _members)
        {
            if (member.Key.Span.SequenceEqual(key)) return member;
        }

        return null;
    }

    public UInt256 WeightOf(uint slot) => Find(slot)?.Weight ?? UInt256.Zero;

    /// <summary>3·S &gt; 2·W: two such sets share more than a third.</summary>
    public bool IsQuorum(UInt256 weight) => Three(weight) > TotalWeight + TotalWeight;

    /// <summary>3·S &gt; W: no quorum without one of these, and at least one of them is honest.</summary>
    public bool IsBlocking(UInt256 weight) => Three(weight) > TotalWeight;

    private static UInt256 Three(in UInt256 weight) => weight + weight + weight;
}
