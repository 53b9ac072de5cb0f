namespace BpDao.Simulation.Tests.States;

/// <summary>Explores, breadth first, every reachable state of one height with four voters of weight 1, one of them Byzantine.</summary>
/// <remarks>
/// The network is a growing set of signed messages, of which anybody may see any part at any time: delay, loss, reordering, repetition, and
/// restarts from the record, are all in it. The Byzantine voter is taken to have signed every vote, and every timeout with every claim that has
/// a QC1 or none; all leaders are taken to be in its hand and to have shown whatever rule P lets voters accept, two blocks where they are free.
/// So a state is what honest voters signed and remember. Names of voters, and of the two blocks of a round, do not matter.
/// </remarks>
internal sealed class StateChecker(int rounds, Mutation mutation)
{
    private const int Honest = 3;

    // With the Byzantine voter they are three of four.
    private const int HonestInQuorum = 2;

    private readonly HashSet<State> _seen = [];
    private readonly Queue<State> _frontier = new();
    private readonly List<State> _next = [];

    /// <summary>Different states reached.</summary>
    public long States => _seen.Count;

    public long Transitions { get; private set; }

    public long Walks { get; private set; }

    /// <summary>What went wrong first.</summary>
    public string? Fault { get; private set; }

    /// <summary>Breadth first. False when <paramref name="most"/> states were reached before the end.</summary>
    public bool Run(long most)
    {
        Visit(default);
        while (Fault is null && _frontier.TryDequeue(out State state))
        {
            if (_seen.Count > most) return false;
            foreach (State next in Successors(state)) Visit(next);
        }

        return true;
    }

    /// <summary>Walks at random where there are too many states: so many times, each to its end.</summary>
    public void Walk(int seed, long walks)
    {
        Random random = new(seed);
        for (Walks = 0; Walks < walks && Fault is null; Walks++)
        {
            State state = default;
            for (List<State> next = Successors(state); next.Count > 0 && Fault is null; next = Successors(state))
            {
                state = next[random.Next(next.Count)];
                Fault = Disagreement(state) ?? Framing(state);
            }
        }
    }

    private List<State> Successors(State state)
    {
        _next.Clear();
        for (int i = 0; i < Honest; i++) Expand(state, i);
        Transitions += _next.Count;
        return _next;
    }

    private void Expand(State s, int i)
    {
        Voter v = s[i];
        int timeout = v.Timeout(rounds);
        VoteFirst(s, i, timeout);
        for (int round = 0; round < rounds; round++) FollowQc(s, i, round, timeout);
        for (int round = v.Round; round < rounds; round++)
        {
            // T: the own timer, or somebody honest who has given up as much; the Byzantine voter may name the round.
            if (round > timeout && (round == v.Round || OthersGaveUp(s, i, round))) Go(s, i, v.GiveUp(round));
            if (round + 1 < rounds) Enter(s, i, round);
        }
    }

    // V1, in the current round only: a proposal's certificate is followed first.
    private void VoteFirst(State s, int i, int timeout)
    {
        Voter v = s[i];
        int round = v.Round;
        if (round <= timeout || (mutation != Mutation.FirstVoteTwice && round <= v.LastFirst(rounds))) return;
        for (int block = 0; block < 2 * (round + 1); block++)
        {
            if (!v.HasFirst(round, block) && MayBeShown(s, round, block)) Go(s, i, v.First(round, block));
        }
    }

    // P.
    private bool MayBeShown(State s, int round, int block)
    {
        bool isFresh = block / 2 == round;
        if (round == 0) return isFresh;
        for (int claim = -1; claim < round; claim++)
        {
            if (!HasTimeoutCertificate(s, round - 1, claim)) continue;
            bool isFree = claim < 0 || mutation == Mutation.NoReproposal;
            if (isFree ? isFresh : HasQc(s, claim, block)) return true;
        }

        return false;
    }

    // QC1 and V2. A QC1 may come long before its block does, so it may be seen without a second vote.
    private void FollowQc(State s, int i, int round, int timeout)
    {
        Voter v = s[i];
        for (int block = 0; block < 2 * (round + 1); block++)
        {
            if (!HasQc(s, round, block)) continue;
            Voter seen = mutation == Mutation.StaleClaim ? v.Enter(round) : v.See(round);
            Go(s, i, seen);
            bool mayVote = round >= seen.Round && round > v.LastSecond(rounds) && (round > timeout || mutation == Mutation.SecondVoteAfterTimeout);
            if (mayVote) Go(s, i, seen.Second(round, block));
        }
    }

    // TC, which brings the QC1 of its highest claim.
    private void Enter(State s, int i, int round)
    {
        for (int claim = -1; claim <= round; claim++)
        {
            if (!HasTimeoutCertificate(s, round, claim)) continue;
            Voter v = claim >= 0 && mutation != Mutation.StaleClaim ? s[i].See(claim) : s[i];
            Go(s, i, v.Enter(round + 1));
        }
    }

    private static bool HasQc(State s, int round, int block)
    {
        if (block >= 2 * (round + 1)) return false;
        int votes = 0;
        for (int i = 0; i < Honest; i++) votes += s[i].HasFirst(round, block) ? 1 : 0;
        return votes >= HonestInQuorum;
    }

    /// <summary>Two honest voters and the Byzantine one, or all three: the highest claim is the higher of two, or any QC1 above it.</summary>
    private static bool HasTimeoutCertificate(State s, int round, int claim)
    {
        for (int a = 0; a < Honest; a++)
        {
            for (int b = a + 1; b < Honest; b++)
            {
                if (!s[a].GaveUp(round) || !s[b].GaveUp(round)) continue;
                int highest = Math.Max(s[a].Claim(round), s[b].Claim(round));
                if (highest == claim || (highest < claim && HasAnyQc(s, claim))) return true;
            }
        }

        return false;
    }

    private static bool HasAnyQc(State s, int round)
    {
        for (int block = 0; block < 2 * (round + 1); block++)
        {
            if (HasQc(s, round, block)) return true;
        }

        return false;
    }

    private bool OthersGaveUp(State s, int i, int round)
    {
        for (int other = 0; other < Honest; other++)
        {
            if (other != i && s[other].Timeout(rounds) >= round) return true;
        }

        return false;
    }

    private void Go(State s, int i, Voter changed)
    {
        if (changed != s[i]) _next.Add(s.With(i, changed));
    }

    private void Visit(State state)
    {
        State canonical = state.Canonical(rounds);
        if (!_seen.Add(canonical)) return;
        Fault ??= Disagreement(canonical) ?? Framing(canonical);
        _frontier.Enqueue(canonical);
    }

    private string? Disagreement(State s)
    {
        int committed = -1;
        for (int block = 0; block < 2 * rounds; block++)
        {
            if (!IsCommitted(s, block)) continue;
            if (committed >= 0) return "two blocks are committed";
            committed = block;
        }

        return null;
    }

    private bool IsCommitted(State s, int block)
    {
        int mixed = 0;
        for (int round = block / 2; round < rounds; round++)
        {
            int voters = 0;
            for (int i = 0; i < Honest; i++) voters |= s[i].HasSecond(round, block) ? 1 << i : 0;
            if (int.PopCount(voters) >= HonestInQuorum) return true;
            mixed |= voters;
        }

        return mutation == Mutation.MixedRounds && int.PopCount(mixed) >= HonestInQuorum;
    }

    /// <summary>E2, E3 and E4 against an honest voter.</summary>
    private string? Framing(State s)
    {
        for (int i = 0; i < Honest; i++)
        {
            for (int round = 0; round < rounds; round++)
            {
                int firsts = 0, seconds = 0;
                for (int block = 0; block < 2 * (round + 1); block++)
                {
                    firsts += s[i].HasFirst(round, block) ? 1 : 0;
                    seconds += s[i].HasSecond(round, block) ? 1 : 0;
                }

                if (firsts > 1) return "E2 against an honest voter";
                if (seconds > 1) return "E3 against an honest voter";
                for (int later = round; seconds > 0 && later < rounds; later++)
                {
                    if (s[i].GaveUp(later) && s[i].Claim(later) < round) return "E4 against an honest voter";
                }
            }
        }

        return null;
    }
}
