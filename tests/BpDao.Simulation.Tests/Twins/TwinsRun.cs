using BpDao.Consensus;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;

namespace BpDao.Simulation.Tests.Twins;

/// <summary>Plays one scenario on the real state machine. In a round messages reach only who is on the same side, and are lost else. When all is
/// quiet the timers run out; timeouts go to the own side first and then, as they are said again, to all, so that every round ends. After the
/// last round the network is whole.</summary>
internal sealed class TwinsRun
{
    private const int HealingRounds = 12;

    private static readonly Bench Four = TestBench.Equal(4);

    private readonly TwinsScenario _scenario;
    private readonly TwinsNode[] _nodes;
    private readonly Queue<(int To, PorEvent Event)> _events = new();
    private readonly List<(int From, int To, PorMessage Message)> _late = [];
    private bool _isWhole;
    private int _built;

    public TwinsRun(TwinsScenario scenario, IVotingRules? rules = null)
    {
        _scenario = scenario;
        rules ??= VotingRules.Default;
        _nodes = [.. Enumerable.Range(0, 5).Select(i => new TwinsNode(i, (uint)Math.Min(i, 3), rules))];
    }

    /// <summary>What went wrong first; null when nothing did.</summary>
    public string? Fault { get; private set; }

    public string? Run()
    {
        foreach (TwinsNode node in _nodes) Handle(node, FirstHeight);
        Pump();
        for (uint round = 0; round < _scenario.Symbols.Count; round++)
        {
            foreach (TwinsNode node in _nodes)
            {
                if (node.Protocol.Round == round) Handle(node, new RoundExpired(1, round));
            }

            Pump();
            SayTimeoutsToAll();
        }

        _isWhole = true;
        for (int i = 0; i < HealingRounds && Fault is null && !Array.TrueForAll(_nodes, n => !n.IsHonest || n.Committed is not null); i++) Heal();
        if (Array.Find(_nodes, n => n.IsHonest && n.Committed is null) is { } stuck) Report($"node {stuck.Index} commits nothing when the network is whole");
        return Fault;
    }

    private void Heal()
    {
        foreach (TwinsNode node in _nodes) Handle(node, new ResendDue(1));
        Pump();
        foreach (TwinsNode node in _nodes) Handle(node, new RoundExpired(1, node.Protocol.Round));
        Pump();
    }

    private void SayTimeoutsToAll()
    {
        (int From, int To, PorMessage Message)[] late = [.. _late];
        _late.Clear();
        foreach ((int from, int to, PorMessage message) in late) _events.Enqueue((to, new MessageReceived(message, TestBench.PeerOf((uint)from))));
        Pump();
    }

    private void Pump()
    {
        while (Fault is null && _events.TryDequeue(out (int To, PorEvent Event) next)) Handle(_nodes[next.To], next.Event);
    }

    private void Handle(TwinsNode node, PorEvent e)
    {
        bool isNoticed = false;
        foreach (PorEffect effect in node.Protocol.Handle(e))
        {
            CarryOut(node, effect);
            isNoticed |= effect is Alarm;
        }

        if (isNoticed && !node.IsHonest && node.Committed is null && node.Restart()) Handle(node, FirstHeight);
    }

    private HeightStarted FirstHeight => new(TestBench.Context(1, TestBench.GenesisHash, Four, _scenario.LeaderOf));

    private void CarryOut(TwinsNode node, PorEffect effect)
    {
        switch (effect)
        {
            case Broadcast m:
                Watch(node, m.Message);
                foreach (TwinsNode other in _nodes) Send(node, other, m.Message);
                break;
            case Send m:
                Send(node, NodeOf(m.Peer), m.Message);
                break;
            case AwaitBlockTime m:
                _events.Enqueue((node.Index, new BlockTimeReached(m.Height, m.Round)));
                break;
            case BuildProposal m:
                _events.Enqueue((node.Index, new BlockBuilt(m.Height, m.Round, TestBench.Block(m.Height, TestBench.GenesisHash, m.Round, node.Slot, ++_built))));
                break;
            case Judge m:
                _events.Enqueue((node.Index, new BlockJudged(m.Block.Hash, Judgement.Valid, 0)));
                break;
            case AskBlock m:
                foreach (TwinsNode other in _nodes) Send(node, other, new GetBlockMessage(m.BlockHash));
                break;
            case ServeBlock m when node.Committed?.Hash == m.BlockHash:
                Send(node, NodeOf(m.Peer), new BlockMessage(node.Committed));
                break;
            case ServeCertificate m when node.Committed is { } block && m.Height == 1:
                Send(node, NodeOf(m.Peer), new BlockCertificateMessage(new BlockCertificate(MessageKind.Vote2, 0, 1, block.Hash, node.Certificate!)));
                break;
            case ServeCertifiedBlock m when node.Committed is { } block && m.Height == 1:
                Send(node, NodeOf(m.Peer), new CertifiedBlockMessage(block, node.Certificate!));
                break;
            case AskCertifiedBlock m when m.Height == 1:
                foreach (TwinsNode other in _nodes) Send(node, other, new GetCertificateMessage(1));
                break;
            case Alarm m when node.IsHonest:
                Report($"node {node.Index}: {m.Kind}, {m.Detail}");
                break;
            case Commit m when node.Committed is null:
                Commit(node, m);
                break;
        }
    }

    private void Commit(TwinsNode node, Commit m)
    {
        node.Commit(m.Block, m.Certificate);
        foreach (TwinsNode other in _nodes)
        {
            if (node.IsHonest && other.IsHonest && other.Committed is { } block && block.Hash != m.Block.Hash) Report($"nodes {other.Index} and {node.Index} commit two blocks");
        }

        // The next height stays silent here; it lets the node answer for this one.
        CommittedParent parent = new(0, Four, m.Certificate);
        Handle(node, new HeightStarted(TestBench.Context(2, m.Block.Hash, Four, _ => 9, parent)));
    }

    private void Watch(TwinsNode node, PorMessage message)
    {
        if (!node.IsHonest || message is not (Proposal or Vote or TimeoutMessage)) return;
        if (node.Sign(message) is { } evidence) Report($"{evidence} against the honest node {node.Index}");
    }

    private void Send(TwinsNode from, TwinsNode to, PorMessage message)
    {
        // Copies of a key that hear each other would stop.
        if (from.Slot == to.Slot || message is HeightMessage { Height: > 1 }) return;
        uint round = RoundOf(message, to);
        bool isSecond = message is Vote { Kind: MessageKind.Vote2 } or TimeoutMessage or TimeoutCertificateMessage or BlockCertificateMessage { Certificate.Kind: MessageKind.Vote2 };
        if (_isWhole || _scenario.AreConnected(round, isSecond, from.Index, to.Index)) _events.Enqueue((to.Index, new MessageReceived(message, TestBench.PeerOf((uint)from.Index))));
        else if (message is TimeoutMessage or TimeoutCertificateMessage) _late.Add((from.Index, to.Index, message));
    }

    private static uint RoundOf(PorMessage message, TwinsNode to) => message switch
    {
        Proposal m => m.Round,
        Vote m => m.Round,
        TimeoutMessage m => m.Round,
        BlockCertificateMessage m => m.Certificate.Round,
        TimeoutCertificateMessage m => m.Certificate.Round,
        _ => to.Protocol.Round,
    };

    private TwinsNode NodeOf(PeerId peer) => Array.Find(_nodes, n => TestBench.PeerOf((uint)n.Index) == peer)!;

    private void Report(string fault) => Fault ??= fault;
}
