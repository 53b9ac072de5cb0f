namespace BpDao.Simulation.Tests.States;

/// <summary>What honest voters may do in a state, by the rules of docs/consensus.md §4: each successor is one more thing that one of them signed or
/// saw.</summary>
internal sealed class StateRules(int rounds, Mutation mutation)
{
    public const int Honest = 3;

    /// <summary>With the Byzantine voter they are three of four.</summary>
    public const int HonestInQuorum = 2;

    private readonly List<State> _next = [];

    public long Transitions { get; private set; }

    /// <summary>States one step further; the list is good until the next call.</summary>
    public List<State> Successors(State state)
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
}
