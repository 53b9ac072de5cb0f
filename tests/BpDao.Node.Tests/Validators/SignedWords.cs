using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Node.Tests.Validators;

/// <summary>Everything one key signed that ever left its process, over all its lives, and what of it is evidence against it
/// (protocol rule 7.1: E1–E4).</summary>
internal sealed class SignedWords
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string What, ulong Height, uint Round), string> _said = [];
    private readonly List<Vote> _seconds = [];
    private readonly List<TimeoutMessage> _timeouts = [];
    private readonly List<string> _contradictions = [];

    /// <summary>One line each.</summary>
    public IReadOnlyList<string> Contradictions
    {
        get
        {
            lock (_lock) return [.. _contradictions];
        }
    }

    /// <summary>Different words so far.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _said.Count;
        }
    }

    public void Hear(PorMessage message)
    {
        lock (_lock)
        {
            switch (message)
            {
                case Proposal p:
                    Say("proposal", p, p.Round, p.Block.Hash, p.Signature);
                    break;
                case Vote { IsFirst: true } v:
                    Say("first vote", v, v.Round, v.BlockHash, v.Signature);
                    break;
                case Vote v:
                    Say("second vote", v, v.Round, v.BlockHash, v.Signature);
                    _seconds.Add(v);
                    FindHidden(v.Height);
                    break;
                case TimeoutMessage t:
                    Say("timeout", t, t.Round, t.HqcBlockHash, t.Signature);
                    _timeouts.Add(t);
                    FindHidden(t.Height);
                    break;
            }
        }
    }

    // Signatures are deterministic: another signature says another thing.
    private void Say(string what, HeightMessage m, uint round, Hash256 about, ReadOnlyMemory<byte> signature)
    {
        string word = $"{about} signed {Hex.Encode(signature.Span)}";
        if (_said.TryAdd((what, m.Height, round), word) || _said[(what, m.Height, round)] == word) return;
        _contradictions.Add($"two of {what} at height {m.Height} round {round}: {_said[(what, m.Height, round)]}; {word}");
    }

    /// <summary>E4: a second vote, and a timeout of that round or a later one which knows of no QC1 so high.</summary>
    private void FindHidden(ulong height)
    {
        foreach (Vote vote in _seconds.Where(v => v.Height == height))
        {
            foreach (TimeoutMessage timeout in _timeouts.Where(t => t.Height == height && t.Round >= vote.Round && t.HqcRoundPlusOne <= vote.Round))
            {
                _contradictions.Add($"second vote of height {height} round {vote.Round}, hidden by the timeout of round {timeout.Round}");
            }
        }
    }
}
