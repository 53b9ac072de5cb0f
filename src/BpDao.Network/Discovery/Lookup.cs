using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network;

/// <summary>Finds the 16 nodes nearest to a key: asks the nearest that are known for nearer ones, three at a time, until the nearest have all been asked. Not thread-safe.</summary>
internal sealed class Lookup
{
    /// <summary>α: questions at one time.</summary>
    private const int Parallel = 3;

    /// <summary>Nodes kept; the answers of liars cannot make it longer.</summary>
    private const int MaxNodes = 64;

    /// <summary>Questions of one lookup; whoever invents ever nearer nodes does not keep us busy.</summary>
    private const int MaxQuestions = 96;

    private readonly Hash256 _self;
    private readonly Hash256 _target;
    private readonly Action<NodeContact, PublicKey, Action<IReadOnlyList<NodeContact>?>> _ask;
    private readonly Action<IReadOnlyList<NodeContact>> _done;
    private readonly PublicKey _key;
    private readonly List<Candidate> _nearest = [];
    private int _asking, _asked;
    private bool _isDone;

    /// <param name="ask">Asks a node for neighbours of the key and calls back: null when it did not answer.</param>
    /// <param name="done">Called once with at most 16 nodes that answered, nearest first.</param>
    public Lookup(Hash256 self, PublicKey key, IEnumerable<NodeContact> start,
        Action<NodeContact, PublicKey, Action<IReadOnlyList<NodeContact>?>> ask, Action<IReadOnlyList<NodeContact>> done)
    {
        (_self, _key, _ask, _done) = (self, key, ask, done);
        _target = Keccak256.Hash(key.Bytes);
        foreach (NodeContact node in start) Add(node);
    }

    /// <summary>Goes on as far as it can without an answer.</summary>
    public void Advance()
    {
        while (!_isDone && _asking < Parallel)
        {
            // The nearest that answered or may still answer count; the silent ones do not.
            Candidate? next = _nearest.Where(c => c.State != CandidateState.Silent).Take(KademliaTable.BucketSize).FirstOrDefault(c => c.State == CandidateState.New);
            if (next is null || _asked == MaxQuestions)
            {
                if (_asking == 0) Finish();
                return;
            }

            next.State = CandidateState.Asked;
            _asking++;
            _asked++;
            _ask(next.Contact, _key, found => OnAnswer(next, found));
        }
    }

    private void OnAnswer(Candidate candidate, IReadOnlyList<NodeContact>? found)
    {
        _asking--;
        candidate.State = found is null ? CandidateState.Silent : CandidateState.Answered;
        foreach (NodeContact node in found ?? []) Add(node);
        Advance();
    }

    private void Add(NodeContact node)
    {
        if (node.Id == _self || _nearest.Exists(c => c.Contact.Id == node.Id)) return;
        int place = _nearest.FindIndex(c => KademliaTable.CompareDistance(_target, node.Id, c.Contact.Id) < 0);
        _nearest.Insert(place < 0 ? _nearest.Count : place, new Candidate(node));
        if (_nearest.Count > MaxNodes && _nearest.FindLastIndex(c => c.State is CandidateState.New or CandidateState.Silent) is >= 0 and var last) _nearest.RemoveAt(last);
    }

    private void Finish()
    {
        _isDone = true;
        _done([.. _nearest.Where(c => c.State == CandidateState.Answered).Take(KademliaTable.BucketSize).Select(c => c.Contact)]);
    }

    private enum CandidateState : byte
    {
        New,
        Asked,
        Answered,
        Silent,
    }

    private sealed class Candidate(NodeContact contact)
    {
        public NodeContact Contact { get; } = contact;

        public CandidateState State { get; set; }
    }
}
