using BpDao.Consensus.Por.Evidence;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>Everything that was heard about one height and is worth keeping: blocks, proposals, votes, timeouts, QC1s. Bounded by the bench and
/// by a window of rounds, however long the height stays open (protocol rule 4.8).</summary>
internal sealed class HeightBooks(HeightContext context)
{
    private readonly SortedDictionary<uint, Proposal> _proposals = [];
    private readonly SortedDictionary<uint, BlockCertificate> _qcs = [];

    public BlockBook Blocks { get; } = new();

    public VoteCollector Votes { get; } = new(context.Bench);

    public TimeoutCollector Timeouts { get; } = new(context.Bench);

    public StatementBook Statements { get; } = new();

    /// <summary>The highest QC1 here.</summary>
    public BlockCertificate? HighestQc => _qcs.Count == 0 ? null : _qcs[_qcs.Keys.Last()];

    /// <summary>The first proposal of a round.</summary>
    public Proposal? ProposalOf(uint round) => _proposals.GetValueOrDefault(round);

    /// <summary>The last proposal of a block.</summary>
    public Proposal? ProposalOf(Hash256 blockHash) => _proposals.Values.LastOrDefault(p => p.Block.Hash == blockHash);

    public void Add(Proposal proposal)
    {
        _proposals.TryAdd(proposal.Round, proposal);
        Blocks.Add(proposal.Block);
    }

    /// <summary>The right body of a block whose header is known came: proposals show it from now on.</summary>
    public void Complete(Block block)
    {
        Blocks.Add(block);
        foreach ((uint round, Proposal proposal) in _proposals.ToArray())
        {
            if (proposal.Block.Hash == block.Hash) _proposals[round] = proposal with { Block = block };
        }
    }

    /// <summary>False when the round has one already: there is never a second without more than a third cheating.</summary>
    public bool Add(BlockCertificate qc) => _qcs.TryAdd(qc.Round, qc);

    public bool HasQc(uint round) => _qcs.ContainsKey(round);

    public Certificate? FindQc(uint round, Hash256 blockHash) =>
        _qcs.TryGetValue(round, out BlockCertificate? qc) && qc.BlockHash == blockHash ? qc.Certificate : null;

    public IReadOnlyList<BlockCertificate> QcsOf(Hash256 blockHash) => [.. _qcs.Values.Where(q => q.BlockHash == blockHash)];

    /// <summary>What became of a round that ends.</summary>
    public RoundFailed SummaryOf(uint round)
    {
        Proposal? proposal = ProposalOf(round);
        UInt256 weightFor = proposal is null ? UInt256.Zero : Votes.Weight(round, MessageKind.Vote1For, proposal.Block.Hash);
        SlotBitmap heard = Votes.Voters(round).Union(Timeouts.Voters(round));
        SlotBitmap silent = SlotBitmap.Of(context.Bench.Members.Where(m => !heard.Contains(m.Slot)).Select(m => m.Slot));
        bool isSplit = proposal is not null && context.Bench.IsBlocking(weightFor)
            && context.Bench.IsBlocking(Votes.Weight(round, MessageKind.Vote1Against, proposal.Block.Hash));
        return new RoundFailed(context.Height, round, context.Leaders.LeaderOf(round), proposal is not null, weightFor, Votes.WeightAgainst(round), silent)
        {
            SplitOver = isSplit ? proposal!.Block : null,
        };
    }

    /// <summary>A proposal whose block was found invalid.</summary>
    public BlockRefused RefusalOf(Proposal p) =>
        new(context.Height, p.Round, context.Leaders.LeaderOf(p.Round), p.Block.Hash, Blocks.ReasonOf(p.Block.Hash), Blocks.FaultOf(p.Block.Hash));

    /// <summary>The round as it stands.</summary>
    public RoundView ViewOf(uint round, RoundPhase phase)
    {
        Hash256? proposed = ProposalOf(round)?.Block.Hash;
        UInt256 WeightOf(MessageKind kind) => proposed is { } hash ? Votes.Weight(round, kind, hash) : UInt256.Zero;
        return new RoundView(phase, WeightOf(MessageKind.Vote1For), Votes.WeightAgainst(round), WeightOf(MessageKind.Vote2), Timeouts.WeightOf(round));
    }

    /// <summary>Rounds below <paramref name="round"/> go, but for the highest QC1's.</summary>
    /// <param name="needed">Blocks that must stay whatever their round.</param>
    public void ForgetBelow(uint round, IEnumerable<Hash256> needed)
    {
        uint? kept = HighestQc?.Round;
        Votes.ForgetBelow(round, kept);
        foreach (uint old in _proposals.Keys.Where(r => r < round && r != kept).ToArray()) _proposals.Remove(old);
        foreach (uint old in _qcs.Keys.Where(r => r < round && r != kept).ToArray()) _qcs.Remove(old);
        Blocks.KeepOnly([.. needed, .. _proposals.Values.Select(p => p.Block.Hash), .. _qcs.Values.Select(q => q.BlockHash)]);
    }
}
