using BpDao.Consensus.Por.Evidence;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>How the safety record was found at start.</summary>
public enum SafetyCondition
{
    /// <summary>Never written, for this network and key.</summary>
    Missing,

    /// <summary>Written and unreadable.</summary>
    Damaged,

    Intact,
}

/// <summary>The only holder of the consensus key. It writes down, synced, before it speaks; asked twice, it gives the same answer; it never
/// signs two things that contradict each other, whatever crashes (protocol rule 4.6).</summary>
/// <remarks>Not thread-safe: one height machine drives it.</remarks>
public sealed class SafetyRules
{
    private static readonly byte[] RecordKey = "por/record"u8.ToArray();
    private static readonly byte[] BlockPrefix = "por/block/"u8.ToArray();

    private readonly ISafetyStore _store;
    private readonly ISigner _signer;
    private readonly SigningDomain _domain;
    private readonly IVotingRules _rules;
    private readonly Hash256 _owner;
    private readonly SortedDictionary<Hash256, Block> _unwritten = [];

    private SafetyRecord _saved;
    private ulong? _from;
    private bool _stopped;
    private bool _wasReset;
    private ulong _forgivenHeight;
    private uint? _slot;
    private ulong _epoch;

    public SafetyRules(ISafetyStore store, ISigner signer, SigningDomain domain, IVotingRules rules)
    {
        _store = store;
        _signer = signer;
        _domain = domain;
        _rules = rules;
        _owner = Keccak256.Hash([.. domain.Value.Bytes, .. signer.Address.Bytes]);
        byte[]? found = store.Read(RecordKey, out bool damaged);
        SafetyRecord? record = null;
        Condition = damaged ? SafetyCondition.Damaged
            : found is null || !SafetyRecord.TryDecode(found, _owner, out record) ? SafetyCondition.Missing
            : SafetyCondition.Intact;
        Record = _saved = record ?? new SafetyRecord { Height = 0 };
        // An intact record speaks for its own height and all above; below it this key has signed what nobody remembers.
        if (Condition == SafetyCondition.Intact) _from = Record.Height;
    }

    public SafetyCondition Condition { get; }

    public SafetyRecord Record { get; private set; }

    public Address Address => _signer.Address;

    /// <summary>Null until it is known from which height on this key may sign again.</summary>
    public ulong? TakesPartFrom => _from;

    /// <summary>This key is in the bench and may sign at this height.</summary>
    public bool TakesPart => !_stopped && _slot is not null && _from is { } from && Record.Height >= from;

    public uint? Slot => _slot;

    /// <summary>After a lost record: the first height at which nothing can have been signed that was forgotten. Where there was no record one
    /// is begun: who is restarted before its first signature has lost nothing.</summary>
    public void TakePartFrom(ulong height)
    {
        if (_from is not null) return;
        _from = height;
        if (Condition != SafetyCondition.Missing) return;
        _saved = new SafetyRecord { Height = height };
        _store.Write([new(RecordKey, _saved.Encode(_owner))]);
    }

    /// <summary><c>--por.unsafe-reset</c>: takes part at once, although the record is lost. What this key has signed before comes back from others at
    /// the first height that follows; the operator has taken that upon himself, so it is no alarm there.</summary>
    public void TakePartAfterReset()
    {
        // Not written down: a restart before the first signature is forgiven as much.
        _wasReset = _from is null;
        _from ??= 1;
    }

    /// <summary>At this height old statements of this key, which it does not remember, are expected.</summary>
    public bool IsForgiven => _wasReset && Record.Height == _forgivenHeight;

    /// <summary>No further signature until the process is started again.</summary>
    public void Stop() => _stopped = true;

    /// <summary>A height begins: what the record says of earlier ones is over.</summary>
    /// <param name="slot">This key's place in the bench; null when it has none.</param>
    public void Begin(ulong height, ulong epoch, uint? slot)
    {
        (_epoch, _slot) = (epoch, slot);
        if (_wasReset && _forgivenHeight == 0) _forgivenHeight = height;
        // What was saved may be of a later height, when the chain's store lost blocks that this key has voted on: it waits for its turn.
        Record = _saved.Height == height ? _saved : new SafetyRecord { Height = height, KeptBlocks = _saved.KeptBlocks };
        _unwritten.Clear();
    }

    /// <summary>A block whose bytes were kept for this height.</summary>
    public Block? KeptBlock(Hash256 hash) =>
        _store.Read(BlockKey(hash), out _) is { } bytes && BlockCodec.TryDecode(bytes, out Block? block) && block!.Hash == hash ? block : null;

    public void Enter(uint round)
    {
        if (round > Record.CurrentRound) Record = Record with { CurrentRound = round };
    }

    /// <summary>Rule QC1 (4.4): raises the highest QC1 and the round; on disk before the next signature.</summary>
    /// <param name="block">Its block, when it is here: kept until the height commits.</param>
    public void Observe(BlockCertificate qc, Block? block)
    {
        if (Record.HighQc is null || qc.Round > Record.HighQc.Round) Record = Record with { HighQc = qc };
        Enter(qc.Round);
        if (block is not null && Record.HighQc?.BlockHash == block.Hash) _unwritten[block.Hash] = block;
    }

    /// <summary>Rule TC: kept with the next signature. Who signs in the next round says no more about the one before, so that nobody else could
    /// make this certificate again after a power cut.</summary>
    public void Observe(TimeoutCertificate tc) => Record = Record with { LastTimeoutCertificate = tc };

    /// <summary>Rule P. The proposal of this round if there is one already, whatever block is offered now.</summary>
    public Proposal? Propose(uint round, Block block, TimeoutCertificate? justification)
    {
        if (!TakesPart) return null;
        if (Record.Proposal is { } own && own.Round == round) return Recall();
        if (!_rules.MayPropose(Record, round)) return null;
        if (_rules.MustRepropose(justification) is { } must && must != block.Hash) return null;

        Hash256 digest = _domain.Proposal(_epoch, Record.Height, round, block.Hash, justification?.Digest ?? Hash256.Zero);
        OwnProposal proposal = new(_epoch, Record.Height, round, block.Hash, justification, _signer.Sign(digest));
        _unwritten[block.Hash] = block;
        Save(Record with { Proposal = proposal, CurrentRound = Math.Max(Record.CurrentRound, round) });
        return new Proposal(_epoch, Record.Height, round, block, justification, proposal.Signature);
    }

    /// <summary>The last proposal of this height again, with its block.</summary>
    public Proposal? Recall() =>
        TakesPart && Record.Proposal is { } own && BlockOf(own.BlockHash) is { } block
            ? new Proposal(own.Epoch, own.Height, own.Round, block, own.Justification, own.Signature) : null;

    /// <summary>Rule V1.</summary>
    /// <param name="reason">Beside a vote against, for people.</param>
    public Vote? VoteFirst(uint round, Block block, bool isValid, byte reason)
    {
        if (!TakesPart) return null;
        MessageKind kind = isValid ? MessageKind.Vote1For : MessageKind.Vote1Against;
        if (Record.Vote1 is { } last && last.Round == round && last.BlockHash == block.Hash && last.Kind == kind) return last;
        if (isValid ? !_rules.MayVoteFirst(Record, round) : !_rules.MayVoteAgainst(Record, round) || !MayJoin(Record.Rejected, block.Hash, Record.Seconded)) return null;

        Vote vote = Sign(kind, round, block.Hash, reason);
        // With the vote, as a QC1 may form from votes alone after all have crashed: somebody must still hold the block (4.6).
        if (isValid) _unwritten[block.Hash] = block;
        Save(Record with { Vote1 = vote, Rejected = isValid ? Record.Rejected : Joined(Record.Rejected, block.Hash), CurrentRound = Math.Max(Record.CurrentRound, round) });
        return vote;
    }

    /// <summary>Rule V2, for a block that was executed and found valid.</summary>
    public Vote? VoteSecond(BlockCertificate qc, Block block)
    {
        Observe(qc, block);
        if (!TakesPart) return null;
        if (Record.Vote2 is { } last && last.Round == qc.Round && last.BlockHash == qc.BlockHash) return last;
        if (!_rules.MayVoteSecond(Record, qc.Round) || !MayJoin(Record.Seconded, qc.BlockHash, Record.Rejected)) return null;

        Vote vote = Sign(MessageKind.Vote2, qc.Round, qc.BlockHash, reason: 0);
        Save(Record with { Vote2 = vote, Seconded = Joined(Record.Seconded, qc.BlockHash) });
        return vote;
    }

    /// <summary>Rule T.</summary>
    public TimeoutMessage? GiveUp(uint round)
    {
        if (!TakesPart) return null;
        if (Record.Timeout is { } last && last.Round == round) return last;
        if (!_rules.MayGiveUp(Record, round)) return null;

        BlockCertificate? claim = _rules.ClaimOf(Record);
        uint claimed = claim is null ? 0 : claim.Round + 1;
        Hash256 hash = claim?.BlockHash ?? Hash256.Zero;
        byte[] signature = _signer.Sign(_domain.Timeout(_epoch, Record.Height, round, claimed, hash));
        TimeoutMessage timeout = new(_epoch, Record.Height, round, claimed, hash, claim?.Certificate, _slot!.Value, signature);
        Save(Record with { Timeout = timeout, CurrentRound = Math.Max(Record.CurrentRound, round) });
        return timeout;
    }

    /// <summary>A vote with our own valid signature that this record does not know: the key is in use elsewhere, too.</summary>
    public bool IsForeign(Vote vote)
    {
        Vote? last = vote.IsFirst ? Record.Vote1 : Record.Vote2;
        long lastRound = last?.Round ?? -1L;
        // Votes of earlier rounds are ours; the record keeps only the last.
        return TakesPart && !IsForgiven && vote.Round >= lastRound && !(last is not null && last.Round == vote.Round && last.Kind == vote.Kind && last.BlockHash == vote.BlockHash);
    }

    /// <summary>The same for a proposal.</summary>
    public bool IsForeign(Proposal p, uint leader) =>
        TakesPart && !IsForgiven && leader == _slot && p.Round >= Record.LastProposalRound
        && !(Record.Proposal is { } own && own.Round == p.Round && own.BlockHash == p.Block.Hash);

    /// <summary>Proof against this key, of what its record does not explain: somebody else signs with it.</summary>
    public bool IsAccusedBy(EvidenceItem item) => _slot is { } own && item.Offenders.Contains(own) && !IsForgiven;

    private Vote Sign(MessageKind kind, uint round, Hash256 blockHash, byte reason) =>
        new(kind, _epoch, Record.Height, round, blockHash, _slot!.Value, _signer.Sign(_domain.Vote(kind, _epoch, Record.Height, round, blockHash)), reason);

    // Whoever was against a block never gives it a second vote at this height, nor the other way round, even when another program judges it after a
    // restart: the two are evidence (E2).
    private static bool MayJoin(IReadOnlyList<Hash256> list, Hash256 block, IReadOnlyList<Hash256> opposite) =>
        !opposite.Contains(block) && (list.Count < SafetyRecord.MaxRemembered || list.Contains(block));

    private static IReadOnlyList<Hash256> Joined(IReadOnlyList<Hash256> list, Hash256 block) => list.Contains(block) ? list : [.. list, block];

    private Block? BlockOf(Hash256 hash) => _unwritten.TryGetValue(hash, out Block? block) ? block : KeptBlock(hash);

    /// <summary>One synced write: the record, the bytes of blocks it now needs, and without those it needs no longer.</summary>
    private void Save(SafetyRecord next)
    {
        List<Hash256> needed = [];
        foreach (Hash256? hash in (Hash256?[])[next.Proposal?.BlockHash, next.Vote1 is { Kind: MessageKind.Vote1For } v ? v.BlockHash : null, next.HighQc?.BlockHash])
        {
            if (hash is { } h && !needed.Contains(h) && (next.KeptBlocks.Contains(h) || _unwritten.ContainsKey(h))) needed.Add(h);
        }

        List<KeyValuePair<byte[], byte[]?>> writes = [];
        foreach (Hash256 hash in needed)
        {
            if (!next.KeptBlocks.Contains(hash)) writes.Add(new(BlockKey(hash), BlockCodec.Encode(_unwritten[hash])));
        }

        foreach (Hash256 hash in next.KeptBlocks)
        {
            if (!needed.Contains(hash)) writes.Add(new(BlockKey(hash), null));
        }

        next = next with { KeptBlocks = needed };
        writes.Add(new(RecordKey, next.Encode(_owner)));
        _store.Write(writes);
        Record = _saved = next;
    }

    private static byte[] BlockKey(Hash256 hash) => [.. BlockPrefix, .. hash.Bytes];
}
