using System.Net;
using BpDao.Core;
using BpDao.Crypto;
using Microsoft.Extensions.Logging;

namespace BpDao.Network;

/// <summary>Keeps this node in company: dials static peers until they are there, and others while there are too few. Thread-safe.</summary>
public sealed class PeerDialler : IAsyncDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(500), LookupInterval = TimeSpan.FromSeconds(10), SaveInterval = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly IPeerHost _host;
    private readonly PeerGate _peerGate;
    private readonly PeerBook _book;
    private readonly PeerOptions _options;
    private readonly INodeSource? _source;
    private readonly KnownNodes _known;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Hash256 _self;
    private readonly DialHistory _history;
    private readonly Dictionary<Hash256, Dial> _dials = [];
    private readonly HeldSessions _sessions;
    private readonly Dictionary<DialOutcome, long> _dialFailures = [];
    private readonly CancellationTokenSource _stop = new();
    private ITimer? _timer;
    private long _savedAt;
    private long? _lookedAt;

    /// <param name="source">Discovery; null where only named nodes are dialled.</param>
    /// <param name="known">Dialled as any other node, and kept up to date.</param>
    public PeerDialler(
        IPeerHost host, PeerGate gate, PeerBook book, PeerOptions options, INodeSource? source, KnownNodes known, TimeProvider time, ILogger log)
    {
        (_host, _peerGate, _book, _options, _source, _known, _time, _log) = (host, gate, book, options, source, known, time, log);
        _self = Keccak256.Hash(host.PublicKey.Bytes);
        _history = new DialHistory(time);
        _sessions = new HeldSessions(known, time);
        _savedAt = time.GetTimestamp();
        host.SessionOpened += OnOpened;
        host.SessionClosed += OnClosed;
    }

    public PeerStatistics Statistics
    {
        get
        {
            IReadOnlyList<IPeer> peers = _host.Peers;
            int inbound = peers.Count(p => p.IsInbound);
            lock (_gate)
            {
                return new PeerStatistics(
                    inbound, peers.Count - inbound, _peerGate.Banned, _sessions.Opened, _peerGate.TurnedAway,
                    new Dictionary<DialOutcome, long>(_dialFailures), _sessions.EndedByUs, _sessions.EndedByPeers);
            }
        }
    }

    /// <summary>Begins to dial; returns at once.</summary>
    public void Start() => _timer ??= _time.CreateTimer(_ => Tick(), null, TimeSpan.Zero, TickInterval);

    /// <summary>Connects with a node and keeps doing so.</summary>
    public void AddStatic(Enode node)
    {
        _book.AddStatic(node);
        Tick();
    }

    /// <summary>Forgets a static peer and ends the session with it.</summary>
    public void RemoveStatic(PublicKey key)
    {
        _book.RemoveStatic(key);
        _host.Peers.FirstOrDefault(p => p.PublicKey.Equals(key))?.Disconnect(DisconnectReason.Requested, "removed by the operator");
    }

    /// <summary>Stops dialling and writes down whom it knows; sessions are the host's.</summary>
    public async ValueTask DisposeAsync()
    {
        _host.SessionOpened -= OnOpened;
        _host.SessionClosed -= OnClosed;
        if (_timer is not null) await _timer.DisposeAsync();
        await _stop.CancelAsync();
        Task[] dials;
        lock (_gate) dials = [.. _dials.Values.Select(d => d.Ended.Task)];
        await Task.WhenAll(dials);
        RememberPeers();
        _stop.Dispose();
    }

    private void Tick()
    {
        if (_stop.IsCancellationRequested) return;
        foreach (Dial dial in Choose()) _ = RunAsync(dial);
        if (_time.GetElapsedTime(Interlocked.Read(ref _savedAt)) < SaveInterval) return;
        Interlocked.Exchange(ref _savedAt, _time.GetTimestamp());
        RememberPeers();
    }

    /// <summary>Static peers first, then whoever is known, as far as there is room.</summary>
    private List<Dial> Choose()
    {
        List<Dial> chosen = [];
        IReadOnlyList<IPeer> peers = _host.Peers;
        HashSet<Hash256> connected = [.. peers.Select(p => p.Id)];
        lock (_gate)
        {
            foreach (Enode node in _book.Static)
            {
                if (MayDial(node, connected)) chosen.Add(Begin(node));
            }

            IPeer[] counted = [.. peers.Where(p => !_book.IsNamed(p.Id))];
            int underWay = _dials.Keys.Count(id => !_book.IsNamed(id));
            int room = Math.Min(_options.MaxPeers - counted.Length, _options.MaxOutbound - counted.Count(p => !p.IsInbound)) - underWay;
            room = Math.Min(room, _options.MaxDials - underWay);
            if (room <= 0) return chosen;

            Dictionary<UInt128, int> places = counted.GroupBy(p => NetworkAddress.Owner(p.RemoteEndPoint.Address)).ToDictionary(g => g.Key, g => g.Count());
            foreach (Enode node in Candidates())
            {
                if (room == 0) return chosen;
                if (!MayDial(node, connected) || !HasPlace(node, places)) continue;
                chosen.Add(Begin(node));
                room--;
            }

            LookForMore();
        }

        return chosen;
    }

    private IEnumerable<Enode> Candidates()
    {
        foreach (NodeContact contact in _source?.Candidates ?? []) yield return contact.ToEnode();
        foreach (Enode node in _known.Nodes) yield return node;
        foreach (Enode node in _options.Bootnodes) yield return node;
    }

    // A stranger at the same address, or in the same /64, must not keep us from a node that the operator named.
    private bool MayDial(Enode node, HashSet<Hash256> connected)
    {
        Hash256 id = node.Id;
        return node.TcpPort > 0 && id != _self && !connected.Contains(id) && !_dials.ContainsKey(id) && _history.IsDue(id)
            && !_peerGate.IsBanned(id) && (_book.IsStatic(id) || node.Address is not { } address || !_peerGate.IsBanned(address));
    }

    private bool HasPlace(Enode node, Dictionary<UInt128, int> places)
    {
        if (node.Address is not { } address || NetworkAddress.IsLocal(address)) return true;
        UInt128 owner = NetworkAddress.Owner(address);
        int taken = places.GetValueOrDefault(owner);
        places[owner] = taken + 1;
        return taken < _options.MaxPerAddress;
    }

    private Dial Begin(Enode node) => _dials[node.Id] = new Dial(node, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private void LookForMore()
    {
        if (_source is null || (_lookedAt is { } before && _time.GetElapsedTime(before) < LookupInterval)) return;
        _lookedAt = _time.GetTimestamp();
        _ = _source.LookupAsync(NodeDiscovery.RandomTarget());
    }

    private async Task RunAsync(Dial dial)
    {
        try
        {
            DialResult result = await _host.DialAsync(dial.Node, _stop.Token);
            if (result.Outcome != DialOutcome.Connected) OnFailed(dial.Node, result);
        }
        finally
        {
            lock (_gate) _dials.Remove(dial.Node.Id);
            dial.Ended.SetResult();
        }
    }

    private void OnFailed(Enode node, DialResult result)
    {
        if (_stop.IsCancellationRequested) return;
        _log.LogDebug("No session with {Node}: {Outcome} {Reason} {Detail}", node, result.Outcome, result.Reason, result.Detail);
        lock (_gate)
        {
            _dialFailures[result.Outcome] = _dialFailures.GetValueOrDefault(result.Outcome) + 1;
            _history.Failed(node.Id, _book.IsStatic(node.Id), IsHopeless(result.Reason));
        }
    }

    private void OnOpened(IPeer peer)
    {
        lock (_gate) _sessions.Open(peer.Id, _dials.GetValueOrDefault(peer.Id)?.Node);
    }

    private void OnClosed(IPeer peer, SessionEnd end)
    {
        lock (_gate)
        {
            switch (_sessions.Close(peer.Id, end))
            {
                case true:
                    _history.Left(peer.Id);
                    break;
                case false:
                    _history.Failed(peer.Id, _book.IsStatic(peer.Id), IsHopeless(end.Reason));
                    if (IsHopeless(end.Reason)) _known.Forget(peer.Id);
                    break;
            }
        }
    }

    private static bool IsHopeless(DisconnectReason reason) => reason is DisconnectReason.SubprotocolReason or DisconnectReason.UselessPeer
        or DisconnectReason.IncompatibleVersion or DisconnectReason.UnexpectedIdentity or DisconnectReason.ConnectedToSelf;

    private void RememberPeers()
    {
        IReadOnlyList<NodeContact> found = _source?.Candidates ?? [];
        lock (_gate) _sessions.Remember(found);
        _known.Save();
    }

    private sealed record Dial(Enode Node, TaskCompletionSource Ended);
}
