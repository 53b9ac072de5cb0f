using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Contracts.Tests.Support;

/// <summary>One block as a test wants it. What is not said is what honest and present producers do.</summary>
internal sealed class BlockPlan
{
    /// <summary>Null: the first round whose leader is awake.</summary>
    public uint? FirstRound { get; private set; }

    /// <summary>Null: everybody who is awake and neither against nor late.</summary>
    public uint[]? For { get; private set; }

    public uint[] AgainstSlots { get; private set; } = [];

    public List<(uint Slot, uint Blocks)> LateVotes { get; } = [];

    public List<Transaction> Transactions { get; } = [];

    public List<Transaction> Forced { get; } = [];

    public List<Rejection> Rejections { get; } = [];

    public List<EvidenceItem> Evidence { get; } = [];

    public ulong Delay { get; private set; }

    public Func<BlockPayload, BlockPayload> Change { get; private set; } = p => p;

    /// <summary>First proposed in that round: the turns of the leaders before it are missed.</summary>
    public BlockPlan Round(uint round)
    {
        FirstRound = round;
        return this;
    }

    /// <summary>Only these sign this block's commit certificate.</summary>
    public BlockPlan VotesFor(params uint[] slots)
    {
        For = slots;
        return this;
    }

    /// <summary>These vote against this block; the next one carries it.</summary>
    public BlockPlan Against(params uint[] slots)
    {
        AgainstSlots = slots;
        return this;
    }

    /// <summary>This vote for this block is carried by a later proposer: 1 is the one after the next block's.</summary>
    public BlockPlan Late(uint slot, uint blocks = 1)
    {
        LateVotes.Add((slot, blocks));
        return this;
    }

    /// <summary>Goes through the pool and must be in the block.</summary>
    public BlockPlan With(params IEnumerable<Transaction> transactions)
    {
        Transactions.AddRange(transactions);
        return this;
    }

    /// <summary>The producer puts it behind transaction 0 whatever the pool says.</summary>
    public BlockPlan Force(Transaction transaction)
    {
        Forced.Add(transaction);
        return this;
    }

    public BlockPlan Reject(Rejection rejection)
    {
        Rejections.Add(rejection);
        return this;
    }

    /// <summary>The producer carries this evidence, whatever it knows itself.</summary>
    public BlockPlan Carry(params IEnumerable<EvidenceItem> items)
    {
        Evidence.AddRange(items);
        return this;
    }

    /// <summary>That many seconds later than it could be.</summary>
    public BlockPlan After(ulong seconds)
    {
        Delay = seconds;
        return this;
    }

    /// <summary>The producer carries something else.</summary>
    public BlockPlan WithPayload(Func<BlockPayload, BlockPayload> change)
    {
        Change = change;
        return this;
    }
}
