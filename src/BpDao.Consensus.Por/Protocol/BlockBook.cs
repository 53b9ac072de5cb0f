using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>The blocks of one height: which are here, what this node found about them, which it looks for.</summary>
internal sealed class BlockBook
{
    private readonly SortedDictionary<Hash256, Entry> _entries = [];
    private readonly SortedDictionary<Hash256, PeerId?> _wanted = [];
    private readonly SortedDictionary<Hash256, int> _attempts = [];

    /// <summary>Hashes of blocks that are looked for, ascending.</summary>
    public Hash256[] Missing => [.. _wanted.Keys];

    public Block? Find(Hash256 hash) => _entries.TryGetValue(hash, out Entry? entry) ? entry.Block : null;

    /// <summary>Null while not judged.</summary>
    public Judgement? JudgementOf(Hash256 hash) => _entries.TryGetValue(hash, out Entry? entry) ? entry.Judgement : null;

    public byte ReasonOf(Hash256 hash) => _entries.TryGetValue(hash, out Entry? entry) ? entry.Reason : (byte)0;

    /// <summary>What the judge found wrong, for people.</summary>
    public string FaultOf(Hash256 hash) =>
        !_entries.TryGetValue(hash, out Entry? entry) ? "" : entry.Detail ?? ((BlockError)entry.Reason).ToString();

    public bool Add(Block block)
    {
        _wanted.Remove(block.Hash);
        return _entries.TryAdd(block.Hash, new Entry(block));
    }

    public void Remove(Hash256 hash) => _entries.Remove(hash);

    public bool IsWanted(Hash256 hash) => _wanted.ContainsKey(hash);

    /// <summary>True the first time.</summary>
    public bool Want(Hash256 hash, PeerId? hint) => !_entries.ContainsKey(hash) && _wanted.TryAdd(hash, hint);

    /// <summary>How often it was asked for before this call, copies that were of no use included, and whom to ask first.</summary>
    public (PeerId? Hint, int Attempt) NextAttempt(Hash256 hash)
    {
        int attempt = _attempts.GetValueOrDefault(hash);
        _attempts[hash] = attempt + 1;
        return (_wanted[hash], attempt);
    }

    /// <summary>True when the block must be given to the judge: it is here, not judged, and not yet there.</summary>
    public bool BeginJudging(Hash256 hash)
    {
        if (!_entries.TryGetValue(hash, out Entry? entry) || entry.Judgement is not null || entry.IsWithJudge) return false;
        return entry.IsWithJudge = true;
    }

    public void SetJudgement(Hash256 hash, Judgement judgement, byte reason, string? detail = null)
    {
        if (!_entries.TryGetValue(hash, out Entry? entry)) return;
        entry.IsWithJudge = false;
        // Silence is no finding: the next copy of the proposal is judged anew.
        entry.Judgement = judgement == Judgement.Silent ? null : judgement;
        (entry.Reason, entry.Detail) = (reason, detail);
    }

    public void KeepOnly(IReadOnlyCollection<Hash256> hashes)
    {
        foreach (Hash256 hash in _entries.Keys.ToArray())
        {
            if (!hashes.Contains(hash)) _entries.Remove(hash);
        }

        foreach (Hash256 hash in _attempts.Keys.ToArray())
        {
            if (hashes.Contains(hash)) continue;
            _wanted.Remove(hash);
            _attempts.Remove(hash);
        }
    }

    private sealed class Entry(Block block)
    {
        public Block Block => block;

        public Judgement? Judgement { get; set; }

        public byte Reason { get; set; }

        public string? Detail { get; set; }

        public bool IsWithJudge { get; set; }
    }
}
