using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;

namespace BpDao.Simulation.Tests.Twins;

/// <summary>The real state machine of one node of a scenario, for the one height that is played.</summary>
internal sealed class TwinsNode
{
    public TwinsNode(int index, uint slot, IVotingRules rules)
    {
        (Index, Slot) = (index, slot);
        SafetyRules safety = new(new CrashableSafetyStore(), TestBench.SignerOf(slot), TestBench.Domain, rules);
        safety.TakePartFrom(1);
        Protocol = new PorProtocol(safety, rules, TestBench.Verifier);
    }

    public int Index { get; }

    public uint Slot { get; }

    public bool IsHonest => Slot < 3;

    public PorProtocol Protocol { get; }

    public Block? Committed { get; private set; }

    public Certificate? Certificate { get; private set; }

    /// <summary>What it signed, once each.</summary>
    public List<PorMessage> Signed { get; } = [];

    public void Commit(Block block, Certificate certificate) => (Committed, Certificate) = (block, certificate);

    /// <summary>The evidence that what it signed makes, if any.</summary>
    public string? Sign(PorMessage message)
    {
        if (Signed.Contains(message)) return null;
        foreach (PorMessage earlier in Signed)
        {
            if (Evidence.Between(earlier, message) is { } found) return found;
        }

        Signed.Add(message);
        return Evidence.In(message);
    }
}
