using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Simulation.Tests.Oracles;

/// <summary>What honest voters signed about one height, counted as the worst adversary could: whoever cheats is taken to have signed
/// everything as well, and to have claimed nothing in its timeouts. A certificate that could be put together counts as one that exists.</summary>
internal sealed class HeightLedger
{
    private readonly Bench _bench;
    private readonly UInt256 _cheating;
    private readonly Dictionary<(MessageKind Kind, uint Round, Hash256 Block), Tally> _tallies = [];
    private readonly List<(uint Round, Hash256 Block)> _firstQuorums = [];
    private readonly List<(uint Round, Hash256 Block)> _secondQuorums = [];
    private readonly Dictionary<uint, Dictionary<uint, uint>> _claims = [];

    public HeightLedger(Bench bench, Func<uint, bool> isByzantine)
    {
        _bench = bench;
        _cheating = UInt256.Zero;
        foreach (BenchMember member in bench.Members)
        {
            if (isByzantine(member.Slot)) _cheating += member.Weight;
        }
    }

    /// <summary>Rounds that were given up by a quorum, each checked against all commits.</summary>
    public int TimeoutsChecked { get; private set; }

    /// <summary>Pairs of certificates compared.</summary>
    public int CertificatesCompared { get; private set; }

    public (Theorem, string)? Add(Vote vote, bool isValid)
    {
        if (!isValid && vote.Kind is MessageKind.Vote1For or MessageKind.Vote2) return (Theorem.S4, $"an honest {vote.Kind} for an invalid block at height {vote.Height}");
        (MessageKind, uint, Hash256) key = (vote.Kind, vote.Round, vote.BlockHash);
        if (!_tallies.TryGetValue(key, out Tally? tally)) _tallies.Add(key, tally = new Tally { Weight = _cheating });
        if (tally.IsQuorum || !tally.Slots.Add(vote.Slot)) return null;
        tally.Weight += _bench.WeightOf(vote.Slot);
        if (!(tally.IsQuorum = _bench.IsQuorum(tally.Weight))) return null;
        return vote.Kind switch
        {
            MessageKind.Vote1For => OnFirstQuorum(vote),
            MessageKind.Vote2 => OnSecondQuorum(vote),
            _ => isValid ? (Theorem.A3, $"a quorum against a valid block in round {vote.Round} of height {vote.Height}") : null,
        };
    }

    public (Theorem, string)? Add(TimeoutMessage timeout)
    {
        if (!_claims.TryGetValue(timeout.Round, out Dictionary<uint, uint>? claims)) _claims.Add(timeout.Round, claims = []);
        if (!claims.TryAdd(timeout.Slot, timeout.HqcRoundPlusOne)) return null;
        foreach ((uint round, Hash256 _) in _secondQuorums)
        {
            if (Unlocks(timeout.Round, round)) return Unlocked(timeout.Height, round, timeout.Round);
        }

        return null;
    }

    /// <summary>A certificate that an honest node vouches for.</summary>
    public (Theorem, string)? Add(BlockCertificate c) => Exists(c.Kind, c.Round, c.BlockHash) ? null
        : (Theorem.S2, $"an honest node takes a {c.Kind} certificate of round {c.Round} at height {c.Height} that nobody can have put together");

    /// <summary>The same: what its highest claim names must be certified, as the next leader has to show it again.</summary>
    public (Theorem, string)? Add(TimeoutCertificate tc, ulong height) =>
        tc.HighBlockHash is not { } block || Exists(MessageKind.Vote1For, tc.Groups[^1].HqcRoundPlusOne - 1, block) ? null
            : (Theorem.S3, $"an honest node lets round {tc.Round + 1} of height {height} begin with a QC1 that nobody can have put together");

    private bool Exists(MessageKind kind, uint round, Hash256 block) => _tallies.TryGetValue((kind, round, block), out Tally? tally) && tally.IsQuorum;

    private (Theorem, string)? OnFirstQuorum(Vote vote)
    {
        foreach ((uint round, Hash256 block) in _firstQuorums)
        {
            CertificatesCompared++;
            if (round == vote.Round && block != vote.BlockHash) return (Theorem.S2, $"two QC1s in round {round} of height {vote.Height}");
        }

        foreach ((uint round, Hash256 block) in _secondQuorums)
        {
            CertificatesCompared++;
            if (round <= vote.Round && block != vote.BlockHash) return Late(vote.Height, vote.Round, round);
        }

        _firstQuorums.Add((vote.Round, vote.BlockHash));
        return null;
    }

    private (Theorem, string)? OnSecondQuorum(Vote vote)
    {
        foreach ((uint round, Hash256 block) in _secondQuorums)
        {
            if (block == vote.BlockHash) continue;
            return round == vote.Round ? (Theorem.S2, $"two commit certificates in round {round} of height {vote.Height}")
                : (Theorem.S1, $"commit certificates for two blocks in rounds {round} and {vote.Round} of height {vote.Height}");
        }

        foreach ((uint round, Hash256 block) in _firstQuorums)
        {
            if (round >= vote.Round && block != vote.BlockHash) return Late(vote.Height, round, vote.Round);
        }

        _secondQuorums.Add((vote.Round, vote.BlockHash));
        foreach (uint round in _claims.Keys)
        {
            if (Unlocks(round, vote.Round)) return Unlocked(vote.Height, vote.Round, round);
        }

        return null;
    }

    // Whether a certificate of that round's timeouts can be made whose claims are all below the committed round.
    private bool Unlocks(uint timeoutRound, uint commitRound)
    {
        if (timeoutRound < commitRound) return false;
        TimeoutsChecked++;
        UInt256 weight = _cheating;
        foreach ((uint slot, uint claim) in _claims[timeoutRound])
        {
            if (claim < commitRound + 1) weight += _bench.WeightOf(slot);
        }

        return _bench.IsQuorum(weight);
    }

    private static (Theorem, string) Late(ulong height, uint first, uint commit) =>
        (Theorem.S3, $"a QC1 in round {first} for another block than that of the commit of round {commit} at height {height}");

    private static (Theorem, string) Unlocked(ulong height, uint commit, uint round) =>
        (Theorem.S3, $"timeouts of round {round} that hide the commit of round {commit} at height {height}");

    private sealed class Tally
    {
        public HashSet<uint> Slots { get; } = [];

        public UInt256 Weight { get; set; }

        public bool IsQuorum { get; set; }
    }
}
