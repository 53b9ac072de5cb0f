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
    private readonly StateRules _rules = new(rounds, mutation);
    private readonly StateOracles _oracles = new(rounds, mutation);
    private readonly HashSet<State> _seen = [];
    private readonly Queue<State> _frontier = new();

    /// <summary>Different states reached.</summary>
    public long States => _seen.Count;

    public long Transitions => _rules.Transitions;

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
            foreach (State next in _rules.Successors(state)) Visit(next);
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
            for (List<State> next = _rules.Successors(state); next.Count > 0 && Fault is null; next = _rules.Successors(state))
            {
                state = next[random.Next(next.Count)];
                Fault = _oracles.FaultOf(state);
            }
        }
    }

    private void Visit(State state)
    {
        State canonical = state.Canonical(rounds);
        if (!_seen.Add(canonical)) return;
        Fault ??= _oracles.FaultOf(canonical);
        _frontier.Enqueue(canonical);
    }
}
