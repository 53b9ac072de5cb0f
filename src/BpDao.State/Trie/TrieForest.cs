namespace BpDao.State.Trie;

/// <summary>Changes many tries together: what they need is loaded level by level, then written, then hashed level by level. Much work goes to
/// several threads: different tries, and of a large one the parts below its root.</summary>
/// <remarks>What comes out does not depend on how it was divided.</remarks>
internal sealed class TrieForest(ITrieNodes nodes, int threads)
{
    // So many take milliseconds and a thread tens of microseconds to wake: smaller blocks lose nothing by keeping to one.
    private const int ManyWrites = 256;

    // A thread that is done early takes another task.
    private const int TasksOfThread = 4;

    private readonly List<RowWrite> _rows = [];

    /// <summary>The rows that the updates change. Of several about one row, the first says what was before, the last what is after.</summary>
    public List<RowWrite> Rows => _rows;

    /// <param name="updates">Of whole tries, each with all its writes.</param>
    public void Update(ReadOnlySpan<TrieUpdate> updates)
    {
        int writes = 0;
        foreach (TrieUpdate update in updates) writes += update.Count;
        if (threads == 1 || writes < ManyWrites)
        {
            Run(updates, _rows);
            return;
        }

        List<TrieUpdate> parts = [];
        List<(MerkleTrie Whole, MerkleTrie[] Parts)> divided = [];
        foreach (TrieUpdate update in updates)
        {
            if (update.Count < ManyWrites || !TryDivide(update, parts, out MerkleTrie[] of)) parts.Add(update);
            else divided.Add((update.Trie, of));
        }

        RunInParallel(parts, Math.Max(ManyWrites / TasksOfThread, writes / (threads * TasksOfThread)));
        TrieHasher roots = new(nodes);
        foreach ((MerkleTrie whole, MerkleTrie[] of) in divided)
        {
            whole.Join(of);
            whole.ReportGone(_rows);
            roots.Add(whole);
        }

        roots.Hash(_rows);
    }

    private static bool TryDivide(in TrieUpdate update, List<TrieUpdate> parts, out MerkleTrie[] of)
    {
        (MerkleTrie trie, TrieWrites writes) = (update.Trie, update.Writes);
        trie.Root = trie.Loaded(trie.Root, []) ?? new BranchNode();
        of = [];
        if (trie.Root is not BranchNode) return false;

        List<MerkleTrie> divided = [];
        for (int from = update.From; from < update.To;)
        {
            int nibble = writes.Key(from)[0];
            int to = writes.FirstAtLeast(nibble + 1, from, update.To, 0);
            MerkleTrie part = trie.Part(nibble);
            divided.Add(part);
            parts.Add(new TrieUpdate(part, writes, from, to));
            from = to;
        }

        of = [.. divided];
        return true;
    }

    private void RunInParallel(List<TrieUpdate> parts, int writesOfTask)
    {
        List<TrieUpdate[]> tasks = [];
        for (int i = 0; i < parts.Count;)
        {
            int from = i;
            for (int writes = 0; i < parts.Count && writes < writesOfTask; i++) writes += parts[i].Count;
            tasks.Add([.. parts[from..i]]);
        }

        List<RowWrite>[] rows = new List<RowWrite>[tasks.Count];
        Tasks.Run(tasks.Count, threads, i => Run(tasks[i], rows[i] = []));
        foreach (List<RowWrite> of in rows) _rows.AddRange(of);
    }

    private void Run(ReadOnlySpan<TrieUpdate> updates, List<RowWrite> rows)
    {
        new TrieDescent(nodes).Load(updates);
        TrieHasher hasher = new(nodes);
        foreach (TrieUpdate update in updates)
        {
            for (int i = update.From; i < update.To; i++) update.Trie.Set(update.Writes.Key(i), update.Writes.After(i));
            update.Trie.ReportGone(rows);
            hasher.Add(update.Trie);
        }

        hasher.Hash(rows);
    }
}
