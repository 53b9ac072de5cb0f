using System.Net;
using System.Net.Sockets;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Network.Rlpx;
using BpDao.Network.Sessions;
using BpDao.Network.Transport;
using Microsoft.Extensions.Logging;

namespace BpDao.Network;

/// <summary>Listens and dials, and keeps the sessions that come of it. Start it once; disposing says goodbye to all peers.</summary>
public sealed class RlpxHost : IPeerHost, IAsyncDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(3);

    private readonly PublicKey _publicKey;
    private readonly IReadOnlyList<IProtocol> _protocols;
    private readonly SessionServices _services;
    private readonly SessionHandshake _handshake;
    private readonly SessionTable _sessions;
    private readonly ITransport _transport;
    private readonly ITimer _ticks;
    private readonly CancellationTokenSource _stopping = new();
    private readonly LinkedList<IConnection> _pendingInbound = [];
    private bool _isDisposed;

    /// <param name="nodeKey">Identifies this node; stays the caller's.</param>
    /// <param name="protocols">What this node speaks; several versions of one name are welcome.</param>
    public RlpxHost(PrivateKey nodeKey, IReadOnlyList<IProtocol> protocols, IPeerGate gate, RlpxOptions options, TimeProvider time, ILoggerFactory loggers)
        : this(nodeKey, protocols, gate, options, time, loggers, new NettyTransport())
    {
    }

    internal RlpxHost(
        PrivateKey nodeKey, IReadOnlyList<IProtocol> protocols, IPeerGate gate, RlpxOptions options, TimeProvider time, ILoggerFactory loggers, ITransport transport)
    {
        _publicKey = nodeKey.PublicKey;
        _protocols = protocols;
        _transport = transport;
        _services = new SessionServices(gate, options, time, loggers.CreateLogger<RlpxHost>());
        _sessions = new SessionTable(Keccak256.Hash(_publicKey.Bytes), gate);
        _handshake = new SessionHandshake(nodeKey, OurHello);
        _ticks = time.CreateTimer(_ => Tick(), null, TickInterval, TickInterval);
    }

    public event Action<IPeer>? SessionOpened;

    public event Action<IPeer, SessionEnd>? SessionClosed;

    public PublicKey PublicKey => _publicKey;

    public IReadOnlyList<IPeer> Peers => _sessions.Peers;

    /// <summary>Where it listens; null before <see cref="StartAsync"/>, and when it does not listen.</summary>
    public IPEndPoint? LocalEndPoint { get; private set; }

    /// <summary>Incoming connections whose handshake goes on.</summary>
    internal int PendingInbound
    {
        get { lock (_pendingInbound) return _pendingInbound.Count; }
    }

    private ILogger Logger => _services.Logger;

    /// <summary>Begins to listen, if <see cref="RlpxOptions.Listen"/> says so.</summary>
    /// <exception cref="IOException">The address cannot be had; the message names it.</exception>
    public async Task StartAsync()
    {
        if (_services.Options.Listen is { } local) LocalEndPoint = await _transport.ListenAsync(local, Accept);
    }

    public async Task<DialResult> DialAsync(Enode node, CancellationToken cancellation = default)
    {
        if (node.PublicKey.Equals(_publicKey)) return Refused(DisconnectReason.ConnectedToSelf, "it is this node");
        if (_sessions.Contains(node.Id)) return Refused(DisconnectReason.AlreadyConnected, "there is a session already");
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stopping.Token);
        try
        {
            if (await node.ResolveAsync(linked.Token) is not { } address) return NotReachable($"nobody knows the name {node.Host}");
            IPEndPoint remote = new(address, node.TcpPort);
            IConnection? connection = await _transport.ConnectAsync(remote, _services.Options.ConnectTimeout, linked.Token);
            return connection is null ? NotReachable($"no connection to {remote}") : await EstablishAsync(connection, node.PublicKey, linked.Token);
        }
        catch (OperationCanceledException)
        {
            return NotReachable("given up");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        await _stopping.CancelAsync();
        await _ticks.DisposeAsync();
        IReadOnlyList<Session> open = _sessions.Close();
        foreach (Session session in open) session.Disconnect(DisconnectReason.ClientQuitting, "this node stops");
        await Task.WhenAny(Task.WhenAll(open.Select(session => session.Gone)), Task.Delay(Patience));
        await _transport.DisposeAsync();
    }

    private HelloMessage OurHello() =>
        new(HelloMessage.CurrentVersion, _services.Options.ClientId, [.. _protocols.Select(protocol => protocol.Capability)], (ulong)(LocalEndPoint?.Port ?? 0), _publicKey);

    /// <summary>Called on a thread that serves many connections: the work is done on others.</summary>
    private void Accept(IConnection connection)
    {
        if (_stopping.IsCancellationRequested || !_services.Gate.MayConnect(connection.Remote.Address))
        {
            connection.Close();
            return;
        }

        IConnection? slowest = null;
        LinkedListNode<IConnection> place;
        lock (_pendingInbound)
        {
            if (_pendingInbound.Count >= _services.Options.MaxPendingInbound)
            {
                slowest = _pendingInbound.First?.Value;
                if (slowest is not null) _pendingInbound.RemoveFirst();
            }

            place = _pendingInbound.AddLast(connection);
        }

        // Whoever means it is done in a moment: strangers that say nothing must not keep the door.
        slowest?.Close();
        _ = Task.Run(() => AcceptAsync(connection, place));
    }

    private async Task AcceptAsync(IConnection connection, LinkedListNode<IConnection> place)
    {
        try
        {
            await EstablishAsync(connection, expected: null, CancellationToken.None);
        }
        catch (Exception e)
        {
            Logger.LogError(e, "The connection from {Remote} failed here", connection.Remote);
            connection.Close();
        }
        finally
        {
            lock (_pendingInbound)
            {
                if (place.List is not null) _pendingInbound.Remove(place);
            }
        }
    }

    private async Task<DialResult> EstablishAsync(IConnection connection, PublicKey? expected, CancellationToken cancellation)
    {
        using CancellationTokenSource timeout = new(_services.Options.HandshakeTimeout, _services.Time);
        await using CancellationTokenRegistration onTimeout = timeout.Token.Register(connection.Close);
        await using CancellationTokenRegistration onStop = _stopping.Token.Register(connection.Close);
        await using CancellationTokenRegistration onCancel = cancellation.Register(connection.Close);
        HandshakeResult shaken = expected is null ? await _handshake.AcceptAsync(connection) : await _handshake.InitiateAsync(connection, expected);
        if (shaken.Session is not { } encrypted)
        {
            string detail = timeout.IsCancellationRequested ? $"{shaken.Detail}: too slow" : shaken.Detail;
            Logger.LogDebug("No session with {Remote}: {Outcome} {Reason}, {Detail}", connection.Remote, shaken.Outcome, shaken.Reason, detail);
            _ = LeaveAsync(connection, tell: shaken.Outcome == DialOutcome.RefusedByUs);
            return new DialResult(shaken.Outcome, null, shaken.Reason, detail);
        }

        timeout.CancelAfter(Timeout.InfiniteTimeSpan);
        HelloMessage hello = encrypted.Hello;
        SharedProtocols shared = new(_protocols, hello.Capabilities);
        Session session = new(connection, encrypted, shared, isInbound: expected is null, _services);
        PeerCandidate candidate = new(hello.PublicKey, connection.Remote, session.IsInbound, hello.ClientId, session.Capabilities);
        DisconnectReason? refusal = shared.Count == 0 ? DisconnectReason.UselessPeer : await _sessions.TryAddAsync(session, candidate);
        if (refusal is { } reason)
        {
            Logger.LogDebug("Peer {Peer} {ClientId} is not let in: {Reason}", session, hello.ClientId, reason);
            session.Disconnect(reason, "not let in");
            session.Abandon();
            return Refused(reason, $"of {hello.ClientId}");
        }

        TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = session.RunAsync(() => Opened(session, opened), end => Closed(session, end, opened));
        await opened.Task;
        return new DialResult(DialOutcome.Connected, session, default, "");
    }

    private void Opened(Session session, TaskCompletionSource opened)
    {
        Logger.LogInformation("Peer {Peer} connected: {ClientId}, {Capabilities}, {Direction}",
            session, session.ClientId, session.Capabilities, session.IsInbound ? "inbound" : "outbound");
        SessionOpened?.Invoke(session);
        opened.TrySetResult();
    }

    private void Closed(Session session, SessionEnd end, TaskCompletionSource opened)
    {
        Logger.LogInformation("Peer {Peer} left: {End}", session, end);
        _sessions.Hide();
        try
        {
            SessionClosed?.Invoke(session, end);
        }
        finally
        {
            _sessions.Remove(session);
            opened.TrySetResult();
        }
    }

    private void Tick()
    {
        foreach (IPeer peer in _sessions.Peers) ((Session)peer).Tick();
    }

    /// <summary>A Disconnect was sent, or nothing: leaves time for it to arrive.</summary>
    private async Task LeaveAsync(IConnection connection, bool tell)
    {
        connection.StopReading();
        if (tell) await Task.WhenAny(connection.Closed, Task.Delay(Session.Farewell, _services.Time));
        connection.Close();
    }

    private static DialResult Refused(DisconnectReason reason, string detail) => new(DialOutcome.RefusedByUs, null, reason, detail);

    private static DialResult NotReachable(string detail) => new(DialOutcome.NotReachable, null, default, detail);
}
