using BpDao.Consensus.Por.Evidence;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>The votes about the last committed heights, for the payloads that may still carry them (protocol rule 5.3).</summary>
internal sealed class VoteArchive(CertificateVerifier verifier)
{
    private readonly SortedDictionary<ulong, Entry> _entries = [];

    /// <summary>Files a committed height with the votes that were collected for it.</summary>
    /// <param name="statements">All that was signed about it, for contradictions that come late.</param>
    /// <returns>What the certificate proves together with it.</returns>
    public IReadOnlyList<EvidenceItem> Close(ulong height, ulong epoch, Hash256 blockHash, Certificate certificate, VoteCollector votes, StatementBook statements)
    {
        foreach (Vote vote in SplitInto(height, epoch, blockHash, certificate))
        {
            if (votes.Admit(vote) == Admission.New) votes.Add(vote);
        }

        _entries[height] = new Entry(epoch, blockHash, certificate, votes, statements);
        return statements.Add(new BlockCertificate(MessageKind.Vote2, epoch, height, blockHash, certificate), verifier.Scheme);
    }

    /// <summary>Makes the archive fit the next height: K heights are kept, and what the new parent carried is marked.</summary>
    public void Begin(HeightContext context)
    {
        if (context.Parent is { } parent && !_entries.ContainsKey(context.Height - 1))
        {
            Close(context.Height - 1, parent.Epoch, context.ParentHash, parent.Certificate, new VoteCollector(parent.Bench), new StatementBook());
        }

        foreach (CarriedVotes carried in context.Carried)
        {
            if (_entries.TryGetValue(carried.Height, out Entry? entry)) entry.Carried = entry.Carried.Union(carried.Signers);
        }

        foreach (ulong height in _entries.Keys.ToArray())
        {
            if (height + context.LateWindow + 1 < context.Height || height >= context.Height) _entries.Remove(height);
        }
    }

    /// <summary>The certificate of a committed height, when the given one commits another block there.</summary>
    public BlockCertificate? Contradicts(BlockCertificate c) =>
        c.Kind == MessageKind.Vote2 && _entries.TryGetValue(c.Height, out Entry? entry) && entry.BlockHash != c.BlockHash
        && entry.Epoch == c.Epoch && verifier.VerifyQuorum(c, entry.Votes.Bench)
            ? new BlockCertificate(MessageKind.Vote2, entry.Epoch, c.Height, entry.BlockHash, entry.Certificate) : null;

    /// <summary>Who proposed in that round of a kept height, as far as it was seen.</summary>
    public uint? ProposerOf(ulong height, uint round) => _entries.TryGetValue(height, out Entry? entry) ? entry.Statements.ProposerOf(round) : null;

    /// <summary>What a statement about a kept height proves together with what its voter said there in time. A signature is checked only where
    /// there is something to win.</summary>
    public IReadOnlyList<EvidenceItem> Examine(SignedStatement s) =>
        _entries.TryGetValue(s.Height, out Entry? entry) && entry.Epoch == s.Epoch && entry.Statements.Contradicts(s)
        && entry.Votes.Bench.Find(s.Slot) is { } member && verifier.IsSignedBy(member, s.Digest(verifier.Domain), s.Signature)
            ? entry.Statements.Add(s) : [];

    /// <summary>The same for the signers of a certificate.</summary>
    public IReadOnlyList<EvidenceItem> Examine(BlockCertificate c) =>
        _entries.TryGetValue(c.Height, out Entry? entry) && entry.Epoch == c.Epoch && verifier.VerifyQuorum(c, entry.Votes.Bench)
            ? entry.Statements.Add(c, verifier.Scheme) : [];

    public IReadOnlyList<EvidenceItem> Examine(TimeoutCertificateMessage m) =>
        _entries.TryGetValue(m.Height, out Entry? entry) && entry.Epoch == m.Epoch && entry.Statements.Contradicts(m, verifier.Scheme)
        && verifier.Verify(m.Certificate, m.Epoch, m.Height, entry.Votes.Bench)
            ? entry.Statements.Add(m.Certificate, m.Epoch, m.Height, verifier.Scheme) : [];

    /// <summary>A vote that came after its height was committed.</summary>
    /// <param name="proved">What it proves together with what its voter said there in time.</param>
    /// <returns>It was new and is signed.</returns>
    public bool Offer(Vote vote, out IReadOnlyList<EvidenceItem> proved)
    {
        proved = [];
        if (!_entries.TryGetValue(vote.Height, out Entry? entry) || vote.BlockHash != entry.BlockHash || vote.Epoch != entry.Epoch
            || entry.Votes.Bench.Find(vote.Slot) is not { } member || !IsNear(vote.Round, entry.Certificate.Round)
            || entry.Votes.Admit(vote) != Admission.New)
        {
            return false;
        }

        Hash256 digest = verifier.Domain.Vote(vote.Kind, vote.Epoch, vote.Height, vote.Round, vote.BlockHash);
        if (!verifier.IsSignedBy(member, digest, vote.Signature)) return false;
        entry.Votes.Add(vote);
        proved = entry.Statements.Add(SignedStatement.Of(vote));
        return true;
    }

    /// <summary>The commit certificate with every vote that came since.</summary>
    public Certificate? ParentCertificate(ulong height)
    {
        if (!_entries.TryGetValue(height, out Entry? entry)) return null;
        Certificate all = entry.Votes.Join(entry.Certificate.Round, MessageKind.Vote2, entry.BlockHash, verifier.Scheme) ?? entry.Certificate;
        return all.Signers.Count > entry.Certificate.Signers.Count ? all : entry.Certificate;
    }

    /// <summary>Votes against the committed block of that height.</summary>
    public IReadOnlyList<CarriedVote> Against(ulong height)
    {
        if (!_entries.TryGetValue(height, out Entry? entry)) return [];
        SlotBitmap carried = ParentCertificate(height)!.Signers;
        return Heaviest(ItemsOf(height, entry, carried, againstOnly: true), entry.Votes.Bench);
    }

    /// <summary>Votes of heights below the parent that no block has carried yet; the heaviest K items.</summary>
    public IReadOnlyList<CarriedVote> Late(ulong blockHeight, uint lateWindow)
    {
        List<(CarriedVote Item, UInt256 Weight)> items = [];
        foreach ((ulong height, Entry entry) in _entries)
        {
            if (height + 2 > blockHeight || height + 1 + lateWindow < blockHeight) continue;
            foreach (CarriedVote item in ItemsOf(height, entry, entry.Carried, againstOnly: false)) items.Add((item, WeightOf(item, entry.Votes.Bench)));
        }

        return [.. items.OrderByDescending(i => i.Weight).Take((int)lateWindow).Select(i => i.Item)];
    }

    private List<CarriedVote> ItemsOf(ulong height, Entry entry, SlotBitmap carried, bool againstOnly)
    {
        List<CarriedVote> items = [];
        foreach (uint round in entry.Votes.Rounds)
        {
            foreach (MessageKind kind in (MessageKind[])[MessageKind.Vote2, MessageKind.Vote1For, MessageKind.Vote1Against])
            {
                if (againstOnly && kind != MessageKind.Vote1Against) continue;
                if (entry.Votes.Join(round, kind, entry.BlockHash, verifier.Scheme, carried) is not { } votes) continue;
                items.Add(new CarriedVote(height, kind, votes));
                carried = carried.Union(votes.Signers); // a voter is carried once
            }
        }

        return items;
    }

    private static List<CarriedVote> Heaviest(List<CarriedVote> items, Bench bench) =>
        [.. items.OrderByDescending(i => WeightOf(i, bench)).Take(MaxAgainst)];

    /// <summary>Items of votes against the parent that a payload may have.</summary>
    public const int MaxAgainst = 4;

    private static UInt256 WeightOf(CarriedVote item, Bench bench)
    {
        UInt256 weight = UInt256.Zero;
        foreach (uint slot in item.Votes.Signers.Slots()) weight += bench.WeightOf(slot);
        return weight;
    }

    private static bool IsNear(uint round, uint commitRound) => round <= commitRound + HeightDoor.RoundWindow && commitRound <= round + HeightDoor.RoundWindow;

    private IEnumerable<Vote> SplitInto(ulong height, ulong epoch, Hash256 hash, Certificate certificate)
    {
        if (verifier.Scheme.Split(certificate.Signatures) is not { } signatures) yield break;
        uint[] slots = certificate.Signers.Slots();
        for (int i = 0; i < slots.Length; i++)
        {
            yield return new Vote(MessageKind.Vote2, epoch, height, certificate.Round, hash, slots[i], signatures[i]);
        }
    }

    private sealed class Entry(ulong epoch, Hash256 blockHash, Certificate certificate, VoteCollector votes, StatementBook statements)
    {
        public ulong Epoch => epoch;

        public Hash256 BlockHash => blockHash;

        public Certificate Certificate => certificate;

        public VoteCollector Votes => votes;

        public StatementBook Statements => statements;

        /// <summary>Signers that some committed block has carried.</summary>
        public SlotBitmap Carried { get; set; } = SlotBitmap.Empty;
    }
}
