using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;

namespace BpDao.Simulation.Tests;

/// <summary>Sees every message and every commit, and says what must never happen: two blocks at a height, a later QC1 for another block, an
/// invalid block committed, two messages of an honest key that contradict each other.</summary>
internal sealed class Witness(World world)
{
    private readonly Dictionary<ulong, Hash256> _committed = [];
    private readonly Dictionary<(ulong Height, uint Round, MessageKind Kind, Hash256 Block), SortedSet<uint>> _voters = [];
    private readonly Dictionary<(ulong Height, uint Slot), List<PorMessage>> _signed = [];

    /// <summary>The first one.</summary>
    public string? Fault { get; private set; }

    /// <summary>Standing still is bad, but it is not what the broken rules are about.</summary>
    public static bool IsUnsafe(string fault) => !fault.StartsWith(World.NoProgress, StringComparison.Ordinal);

    public int RoundsFailed { get; private set; }

    public int Rejections { get; private set; }

    public void OnCommit(SimulatedNode node, Block block)
    {
        if (!node.IsHonest) return;
        if (!World.IsValid(block)) Report($"node {node.Index} committed the invalid block {block.Number}");
        if (!_committed.TryAdd(block.Number, block.Hash) && _committed[block.Number] != block.Hash) Report($"two blocks at height {block.Number}");
    }

    public void Observe(SimulatedNode node, PorEffect effect)
    {
        switch (effect)
        {
            case RoundFailed:
                RoundsFailed++;
                break;
            case BuildProposal m when m.Material.Rejections.Count > 0:
                Rejections++;
                break;
            case Alarm m when node.IsHonest && m.Kind != AlarmKind.SafetyRecordLost:
                Report($"node {node.Index}: {m.Kind}, {m.Detail}");
                break;
            case Broadcast { Message: Vote vote }:
                Record((vote.Height, vote.Round, vote.Kind, vote.BlockHash), vote.Slot);
                if (node.IsHonest) Compare(node, vote.Height, vote);
                break;
            case Broadcast { Message: TimeoutMessage timeout } when node.IsHonest:
                Compare(node, timeout.Height, timeout);
                break;
            case Broadcast { Message: Proposal proposal } when node.IsHonest:
                Compare(node, proposal.Height, proposal);
                break;
        }
    }

    /// <summary>Lock-in (S3) and uniqueness (S2) over everything that was ever signed, whether or not anybody put it together.</summary>
    public void CheckCertificates()
    {
        foreach ((ulong height, uint round, MessageKind kind, Hash256 block) in _voters.Keys)
        {
            if (kind is not (MessageKind.Vote1For or MessageKind.Vote2) || !IsQuorum(height, round, kind, block)) continue;
            foreach ((ulong otherHeight, uint later, MessageKind otherKind, Hash256 other) in _voters.Keys)
            {
                if (otherHeight != height || otherKind != MessageKind.Vote1For || other == block || !IsQuorum(height, later, otherKind, other)) continue;
                if (later == round) Report($"two certificates in round {round} of height {height}");
                else if (kind == MessageKind.Vote2 && later > round) Report($"a QC1 in round {later} against the commit of round {round} at height {height}");
            }
        }
    }

    private void Compare(SimulatedNode node, ulong height, PorMessage message)
    {
        if (!_signed.TryGetValue((height, node.Slot), out List<PorMessage>? before)) _signed.Add((height, node.Slot), before = []);
        foreach (PorMessage earlier in before)
        {
            if (Evidence.Between(earlier, message) is { } evidence) Report($"{evidence} against the honest node {node.Index} at height {height}");
        }

        // What is said again is the same object or an equal one.
        if (!before.Contains(message)) before.Add(message);
    }

    private void Record((ulong, uint, MessageKind, Hash256) what, uint slot)
    {
        if (!_voters.TryGetValue(what, out SortedSet<uint>? slots)) _voters.Add(what, slots = []);
        slots.Add(slot);
    }

    private bool IsQuorum(ulong height, uint round, MessageKind kind, Hash256 block)
    {
        UInt256 weight = UInt256.Zero;
        foreach (uint slot in _voters[(height, round, kind, block)]) weight += world.Bench.WeightOf(slot);
        return world.Bench.IsQuorum(weight);
    }

    private void Report(string fault) => Fault ??= fault;
}
