namespace BpDao.Simulation.Tests.Lottery;

/// <summary>Who wins blocks when an adversary plays the draw. Draws are uniform: what the hashes do is left out, what can be chosen is not.</summary>
internal static class Lotteries
{
    /// <summary>Protocol rule 8.1: the proposer's one admissible reveal moves the mix; all leaders of a height are known with it. Where the first
    /// leaders are the adversary's own it may let rounds pass, up to the last of its run, and take the one whose reveal gives it the longest run next.</summary>
    /// <returns>Its share of blocks.</returns>
    public static double ProposersReveal(double share, int blocks, Random random)
    {
        int own = 0, run = Run(share, random);
        for (int block = 0; block < blocks; block++)
        {
            if (run == 0)
            {
                run = Run(share, random);
                continue;
            }

            own++;
            // Each of its leaders in the run has one reveal; it knows them all, and picks.
            int best = 0;
            for (int i = 0; i < run; i++) best = Math.Max(best, Run(share, random));
            run = best;
        }

        return (double)own / blocks;
    }

    /// <summary>The wiki's literal text (protocol rule 8.3): all salts are revealed at once and draw the next producer. The adversary reveals last,
    /// and may withhold one of its accounts' salts a block.</summary>
    public static double AllReveal(double share, int accounts, int blocks, Random random)
    {
        int own = 0;
        for (int block = 0; block < blocks; block++)
        {
            bool isOwn = random.NextDouble() < share;
            for (int i = 0; i < accounts && !isOwn; i++) isOwn = random.NextDouble() < share;
            if (isOwn) own++;
        }

        return (double)own / blocks;
    }

    // Leaders of rounds 0, 1, … that are the adversary's, up to the first that is not.
    private static int Run(double share, Random random)
    {
        int run = 0;
        while (run < 64 && random.NextDouble() < share) run++;
        return run;
    }
}
