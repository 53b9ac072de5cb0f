namespace BpDao.Simulation.Tests.States;

/// <summary>All that one honest voter signed at a height and what it remembers, in one word.</summary>
/// <remarks>Bits 0–19 first votes, 20–39 second votes: one bit for each (round, block), a round having two blocks more than the one before. Bits
/// 40–51 timeouts, three a round: 0 not given up, 1 nothing claimed, else the claimed round + 2. Bits 52–53 the current round, 54–56 the round
/// of the highest QC1 + 1.</remarks>
internal readonly record struct Voter(ulong Word) : IComparable<Voter>
{
    private const int SecondShift = 20, ClaimShift = 40, RoundShift = 52, QcShift = 54;

    public int Round => (int)(Word >> RoundShift & 3);

    /// <summary>−1 for none, here and below.</summary>
    public int HighQc => (int)(Word >> QcShift & 7) - 1;

    public int LastFirst(int rounds) => Last(rounds, 0);

    public int LastSecond(int rounds) => Last(rounds, SecondShift);

    public int Timeout(int rounds)
    {
        for (int r = rounds - 1; r >= 0; r--)
        {
            if (GaveUp(r)) return r;
        }

        return -1;
    }

    public bool HasFirst(int round, int block) => (Word >> Bit(round, block) & 1) != 0;

    public bool HasSecond(int round, int block) => (Word >> SecondShift + Bit(round, block) & 1) != 0;

    public bool GaveUp(int round) => (Word >> ClaimShift + (3 * round) & 7) != 0;

    /// <summary>What was claimed with the timeout of that round.</summary>
    public int Claim(int round) => (int)(Word >> ClaimShift + (3 * round) & 7) - 2;

    public Voter First(int round, int block) => new(Word | 1UL << Bit(round, block));

    public Voter Second(int round, int block) => new(Word | 1UL << SecondShift + Bit(round, block));

    public Voter Enter(int round) => round <= Round ? this : new Voter((Word & ~(3UL << RoundShift)) | (ulong)round << RoundShift);

    public Voter See(int round) => (round <= HighQc ? this : new Voter((Word & ~(7UL << QcShift)) | (ulong)(round + 1) << QcShift)).Enter(round);

    public Voter GiveUp(int round) => new Voter(Word | (ulong)(HighQc + 2) << ClaimShift + (3 * round)).Enter(round);

    /// <summary>The two blocks first shown in that round change names.</summary>
    public Voter Swap(int firstShown, int rounds)
    {
        ulong one = 0;
        for (int r = firstShown; r < rounds; r++) one |= 1UL << Bit(r, 2 * firstShown) | 1UL << SecondShift + Bit(r, 2 * firstShown);
        return new((Word & ~(one | one << 1)) | (Word & one) << 1 | (Word >> 1 & one));
    }

    public int CompareTo(Voter other) => Word.CompareTo(other.Word);

    private int Last(int rounds, int shift)
    {
        for (int r = rounds - 1; r >= 0; r--)
        {
            if ((Word >> shift + Bit(r, 0) & (1UL << (2 * (r + 1))) - 1) != 0) return r;
        }

        return -1;
    }

    private static int Bit(int round, int block) => (round * (round + 1)) + block;
}

/// <summary>The three honest voters, in order: which one is which does not matter.</summary>
internal readonly record struct State(Voter A, Voter B, Voter C)
{
    public Voter this[int i] => i switch { 0 => A, 1 => B, _ => C };

    public State With(int i, Voter voter) => i switch { 0 => this with { A = voter }, 1 => this with { B = voter }, _ => this with { C = voter } };

    /// <summary>The least of all states that differ only in the names of voters and of the two blocks of a round.</summary>
    public State Canonical(int rounds)
    {
        State least = Sorted(A, B, C);
        for (int swaps = 1; swaps < 1 << rounds; swaps++)
        {
            (Voter a, Voter b, Voter c) = (A, B, C);
            for (int r = 0; r < rounds; r++)
            {
                if ((swaps >> r & 1) != 0) (a, b, c) = (a.Swap(r, rounds), b.Swap(r, rounds), c.Swap(r, rounds));
            }

            State other = Sorted(a, b, c);
            if ((other.A, other.B, other.C).CompareTo((least.A, least.B, least.C)) < 0) least = other;
        }

        return least;
    }

    private static State Sorted(Voter a, Voter b, Voter c)
    {
        if (b.Word < a.Word) (a, b) = (b, a);
        if (c.Word < b.Word) (b, c) = (c, b);
        if (b.Word < a.Word) (a, b) = (b, a);
        return new State(a, b, c);
    }
}
