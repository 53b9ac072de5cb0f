namespace BpDao.Simulation.Tests.Twins;

/// <summary>Who leads each round, and which nodes hear each other in it. Keys 0 to 2 are honest and run on nodes 0 to 2; key 3 runs on nodes 3
/// and 4.</summary>
/// <param name="Symbols">One a round: leader · 256 + side in the first phase · 16 + side in the second. Bit i of a side tells on which side node i
/// is; node 4 is always on side 0.</param>
internal sealed record TwinsScenario(IReadOnlyList<int> Symbols)
{
    // Four leaders times sixteen ways to cut five nodes in two, whole included, twice.
    private const int SymbolsPerRound = 4 * 16 * 16;

    // Honest nodes are alike, and so are the two copies of the key.
    private static readonly int[][] Renamings = [.. Permutations()];

    public uint LeaderOf(uint round) => round < Symbols.Count ? (uint)(Symbols[(int)round] / 256) : round % 4;

    /// <param name="isSecond">Second votes, commit certificates, timeouts.</param>
    public bool AreConnected(uint round, bool isSecond, int a, int b)
    {
        if (round >= Symbols.Count) return true;
        int side = isSecond ? Symbols[(int)round] % 16 : Symbols[(int)round] / 16 % 16;
        return SideOf(side, a) == SideOf(side, b);
    }

    public override string ToString() => string.Join(' ', Symbols.Select(s => $"{s / 256}:{Bits(s / 16 % 16)}/{Bits(s % 16)}"));

    /// <summary>All scenarios of so many rounds up to the names of nodes, ascending.</summary>
    /// <param name="changesInside">The cut may change between the phases of a round; else it holds for the round.</param>
    public static IEnumerable<TwinsScenario> All(int rounds, bool changesInside)
    {
        int[] alphabet = [.. Enumerable.Range(0, SymbolsPerRound).Where(s => changesInside || s / 16 % 16 == s % 16)];
        return Extend(new int[rounds], 0, Renamings, alphabet);
    }

    // A prefix that some renaming makes smaller is another one's image, whatever follows; those that leave it alone must be asked again.
    private static IEnumerable<TwinsScenario> Extend(int[] symbols, int at, int[][] ties, int[] alphabet)
    {
        if (at == symbols.Length)
        {
            yield return new TwinsScenario([.. symbols]);
            yield break;
        }

        foreach (int symbol in alphabet)
        {
            if (ties.Any(r => r[symbol] < symbol)) continue;
            symbols[at] = symbol;
            foreach (TwinsScenario found in Extend(symbols, at + 1, [.. ties.Where(r => r[symbol] == symbol)], alphabet)) yield return found;
        }
    }

    private static IEnumerable<int[]> Permutations()
    {
        int[][] honest = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        foreach (int[] order in honest)
        {
            foreach (int[] twins in (int[][])[[3, 4], [4, 3]]) yield return Renaming([.. order, .. twins]);
        }
    }

    private static int[] Renaming(int[] order)
    {
        int[] symbols = new int[SymbolsPerRound];
        for (int symbol = 0; symbol < symbols.Length; symbol++)
        {
            int leader = symbol / 256 == 3 ? 3 : order[symbol / 256];
            symbols[symbol] = (leader * 256) + (Renamed(symbol / 16 % 16, order) * 16) + Renamed(symbol % 16, order);
        }

        return symbols;
    }

    private static int Renamed(int side, int[] order)
    {
        int renamed = 0;
        for (int node = 0; node < 4; node++) renamed |= (side >> node & 1) << order[node];
        return ((renamed >> 4 & 1) != 0 ? renamed ^ 0b11111 : renamed) & 15;
    }

    private static int SideOf(int side, int node) => node == 4 ? 0 : side >> node & 1;

    private static string Bits(int side) => Convert.ToString(side, 2).PadLeft(4, '0');
}
