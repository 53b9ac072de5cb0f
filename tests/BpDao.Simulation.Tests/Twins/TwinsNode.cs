using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;

namespace BpDao.Simulation.Tests.Twins;

/// <summary>The real state machine of one node of a scenario, for the one height that is played.</summary>
internal sealed class TwinsNode
{
    // More often nobody cheats in one height.
    private const int MaxRestarts = 20;

    private readonly CrashableSafetyStore _store = new();
    private readonly IVotingRules _rules;
    private int _restarts;

    public TwinsNode(int index, uint slot, IVotingRules rules)
    {
        (Index, Slot, _rules) = (index, slot, rules);
        Protocol = Begin();
    }

    /// <summary>A copy of a key noticed that it is not alone, and goes on all the same. False when it has done so often enough.</summary>
    public bool Restart()
    {
        if (++_restarts > MaxRestarts) return false;
        Protocol = Begin();
        return true;
    }

    public int Index { get; }

    public uint Slot { get; }

    public bool IsHonest => Slot < 3;

    public PorProtocol Protocol { get; private set; }

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

    private PorProtocol Begin()
    {
        SafetyRules safety = new(_store, TestBench.SignerOf(Slot), TestBench.Domain, _rules);
        safety.TakePartFrom(1);
        return new PorProtocol(safety, _rules, TestBench.Verifier);
    }
}
