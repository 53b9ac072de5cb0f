using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Evidence;

/// <summary>Proof that somebody cheated: it convinces whoever has the bench of its epoch, and nobody needs to be believed (protocol rule 7.1).</summary>
public sealed record EvidenceItem
{
    public required EvidenceType Type { get; init; }

    /// <summary>E1–E4: two of one slot, ascending. E5: the proposal. E6: none.</summary>
    public IReadOnlyList<SignedStatement> Statements { get; init; } = [];

    /// <summary>E5: the timeout certificate that the proposal ignores.</summary>
    public TimeoutCertificate? Justification { get; init; }

    /// <summary>E6: two commit certificates, ascending by block hash.</summary>
    public IReadOnlyList<BlockCertificate> Certificates { get; init; } = [];

    public ulong Epoch => Type == EvidenceType.TwoCommits ? Certificates[0].Epoch : Statements[0].Epoch;

    public ulong Height => Type == EvidenceType.TwoCommits ? Certificates[0].Height : Statements[0].Height;

    public uint Round => Type == EvidenceType.TwoCommits ? Certificates[0].Round : Statements[0].Round;

    /// <summary>Slots that it convicts, ascending.</summary>
    public IReadOnlyList<uint> Offenders => Type == EvidenceType.TwoCommits
        ? [.. Certificates[0].Certificate.Signers.Slots().Where(Certificates[1].Certificate.Signers.Contains)]
        : [Statements[0].Slot];

    /// <summary>What <c>Judiciary</c> writes it down as: an identity is convicted once for each height and kind.</summary>
    public byte Kind => Type == EvidenceType.TwoCommits ? (byte)EvidenceType.DoubleSecondVote : (byte)Type;

    public Hash256 Hash => Keccak256.Hash(EvidenceCodec.Encode(this));

    /// <summary>E1–E4; null when an honest voter may have signed both.</summary>
    public static EvidenceItem? Between(SignedStatement a, SignedStatement b)
    {
        (SignedStatement first, SignedStatement second) = a.CompareTo(b) <= 0 ? (a, b) : (b, a);
        return Contradictions.Between(first, second) is { } type ? new EvidenceItem { Type = type, Statements = [first, second] } : null;
    }

    /// <summary>E5.</summary>
    public static EvidenceItem IgnoredQc(SignedStatement proposal, TimeoutCertificate justification) =>
        new() { Type = EvidenceType.IgnoredQc, Statements = [proposal], Justification = justification };

    /// <summary>E6; null for certificates of different rounds, which name nobody by themselves.</summary>
    public static EvidenceItem? TwoCommits(BlockCertificate a, BlockCertificate b)
    {
        if (a.Epoch != b.Epoch || a.Height != b.Height || a.Round != b.Round || a.BlockHash == b.BlockHash) return null;
        return new EvidenceItem { Type = EvidenceType.TwoCommits, Certificates = a.BlockHash < b.BlockHash ? [a, b] : [b, a] };
    }

    public bool Equals(EvidenceItem? other) => other is not null && Hash == other.Hash;

    public override int GetHashCode() => Hash.GetHashCode();

    public override string ToString() =>
        $"E{(byte)Type} at block {Height} round {Round}: {string.Join(", ", Offenders)}";
}
