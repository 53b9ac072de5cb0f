namespace BpDao.Simulation.Tests.States;

/// <summary>What must hold in every state: one block is committed, and nobody honest can be convicted.</summary>
internal sealed class StateOracles(int rounds, Mutation mutation)
{
    public string? FaultOf(State s) => Disagreement(s) ?? Framing(s);

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
            for (int i = 0; i < StateRules.Honest; i++) voters |= s[i].HasSecond(round, block) ? 1 << i : 0;
            if (int.PopCount(voters) >= StateRules.HonestInQuorum) return true;
            mixed |= voters;
        }

        return mutation == Mutation.MixedRounds && int.PopCount(mixed) >= StateRules.HonestInQuorum;
    }

    /// <summary>E2, E3 and E4 against an honest voter.</summary>
    private string? Framing(State s)
    {
        for (int i = 0; i < StateRules.Honest; i++)
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
