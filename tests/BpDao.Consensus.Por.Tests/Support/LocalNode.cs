using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Support;

/// <summary>One node of the state machine on a table: a test says what arrives, and sees exactly what it does. The judge answers at once, as the
/// test has told it to; time passes when the test says so.</summary>
internal sealed class LocalNode
{
    private readonly PorProtocol _protocol;
    private readonly Func<Block, Judgement> _judge;
    private readonly List<PorEffect> _seen = [];
    private readonly Queue<PorEvent> _answers = new();

    /// <param name="slot">Null for a node without key.</param>
    public LocalNode(uint? slot, Bench bench, CrashableSafetyStore? store = null, Func<Block, Judgement>? judge = null, IVotingRules? rules = null)
    {
        (Slot, Bench, Store) = (slot, bench, store ?? new CrashableSafetyStore());
        _judge = judge ?? (_ => Judgement.Valid);
        rules ??= VotingRules.Default;
        Safety = slot is { } s ? new SafetyRules(Store, TestBench.SignerOf(s), TestBench.Domain, rules) : null;
        // A network that is new: the first height may be voted on at once.
        if (Safety?.Condition == SafetyCondition.Missing) Safety.TakePartFrom(1);
        _protocol = new PorProtocol(Safety, rules, TestBench.Verifier);
    }

    public uint? Slot { get; }

    public Bench Bench { get; }

    public CrashableSafetyStore Store { get; }

    public SafetyRules? Safety { get; }

    public ulong Height => _protocol.Height;

    public uint Round => _protocol.Round;

    public RoundView View => _protocol.View;

    /// <summary>Everything broadcast since the start.</summary>
    public List<PorMessage> Spoken { get; init; } = [];

    /// <summary>What the node had for the last proposal it was asked for.</summary>
    public ProposalMaterial? Material { get; private set; }

    /// <summary>Leaders of rounds are slots 0, 1, 2, … in turn.</summary>
    public LocalNode Start(ulong height = 1, Hash256? parent = null, CommittedParent? committed = null, bool isRecent = true)
    {
        Handle(new HeightStarted(TestBench.Context(
            height, parent ?? TestBench.GenesisHash, Bench, r => r % (uint)Bench.Members.Count, committed, isRecent)));
        return this;
    }

    public LocalNode Receive(PorMessage message, uint from)
    {
        Handle(new MessageReceived(message, TestBench.PeerOf(from)));
        return this;
    }

    /// <summary>The same message or vote of several peers.</summary>
    public LocalNode ReceiveVotes(MessageKind kind, uint round, Hash256 hash, params uint[] slots)
    {
        foreach (uint slot in slots) Receive(TestBench.Vote(kind, Height, round, hash, slot), slot);
        return this;
    }

    public LocalNode ReceiveTimeouts(uint round, BlockCertificate? qc, params uint[] slots)
    {
        foreach (uint slot in slots) Receive(TestBench.Timeout(Height, round, slot, qc), slot);
        return this;
    }

    public LocalNode Expire() => Do(new RoundExpired(Height, Round));

    public LocalNode BlockTime() => Do(new BlockTimeReached(Height, Round));

    public LocalNode ResendTime() => Do(new ResendDue(Height));

    public LocalNode Do(PorEvent e)
    {
        Handle(e);
        return this;
    }

    /// <summary>What was done since the last look, and forgets it.</summary>
    public IReadOnlyList<PorEffect> Look()
    {
        PorEffect[] seen = [.. _seen];
        _seen.Clear();
        return seen;
    }

    /// <summary>Exactly these messages were broadcast since the last look, in this order.</summary>
    public LocalNode Says(params string[] messages)
    {
        Assert.Equal(messages, Look().OfType<Broadcast>().Select(b => Name(b.Message)));
        return this;
    }

    public T Sees<T>() where T : PorEffect => Assert.Single(Look().OfType<T>());

    public LocalNode SeesNo<T>() where T : PorEffect
    {
        Assert.Empty(Look().OfType<T>());
        return this;
    }

    /// <summary>Short names: kind, round and, for timeouts, the round claimed.</summary>
    public static string Name(PorMessage message) => message switch
    {
        Proposal p => $"Proposal {p.Round}",
        Vote v => $"{v.Kind} {v.Round}",
        TimeoutMessage { HqcRoundPlusOne: 0 } t => $"Timeout {t.Round}",
        TimeoutMessage t => $"Timeout {t.Round} claims {t.HqcRoundPlusOne - 1}",
        BlockCertificateMessage c => $"Certificate {c.Certificate.Kind} {c.Certificate.Round}",
        TimeoutCertificateMessage t => $"TimeoutCertificate {t.Certificate.Round}",
        _ => message.GetType().Name,
    };

    private void Handle(PorEvent e)
    {
        _answers.Enqueue(e);
        while (_answers.TryDequeue(out PorEvent? next))
        {
            foreach (PorEffect effect in _protocol.Handle(next))
            {
                _seen.Add(effect);
                if (effect is Broadcast b) Spoken.Add(b.Message);
                if (effect is Judge j) _answers.Enqueue(new BlockJudged(j.Block.Hash, _judge(j.Block), 7));
                if (effect is BuildProposal p)
                {
                    Material = p.Material;
                    _answers.Enqueue(new BlockBuilt(p.Height, p.Round, TestBench.Block(p.Height, TestBench.GenesisHash, p.Round, Slot!.Value, variant: 100)));
                }
            }
        }
    }
}
