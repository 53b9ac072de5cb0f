using System.Collections.Immutable;
using BpDao.Consensus;
using BpDao.Core;
using BpDao.Network;
using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization;

/// <summary>bpdao/1: consensus messages and synchronisation between nodes of one chain. It carries, bounds and counts; what a message means
/// is the engine's.</summary>
public sealed partial class BpDaoProtocol : IProtocol, IConsensusTransport
{
    private const int Version = 1;
    private const int PointsOfForgery = 25;

    private readonly ISyncSessions? _sync;
    private readonly ILogger _logger;
    private readonly RelayMemory _known = new();
    private readonly PeerId _self;
    private ImmutableDictionary<PeerId, BpDaoSession> _sessions = ImmutableDictionary<PeerId, BpDaoSession>.Empty;
    private long _received, _receivedBytes, _sent, _dropped, _flooded;

    /// <param name="self">This node's own id.</param>
    /// <param name="sync">Gets codes 0x20 to 0x2f; null answers none.</param>
    public BpDaoProtocol(
        PeerId self, ulong networkId, Hash256 genesis, ISyncSessions? sync, BpDaoOptions options, TimeProvider time, ILogger<BpDaoProtocol> logger)
    {
        (_self, _sync, _logger, Options, Time) = (self, sync, logger, options, time);
        OwnHello = new BpDaoHello(Version, networkId, genesis);
    }

    public event Action<PeerId, ReadOnlyMemory<byte>>? Received;

    public event Action<PeerId>? PeerConnected;

    public static Capability Name { get; } = new("bpdao", Version);

    public Capability Capability => Name;

    public int MessageCount => BpDaoMessage.Count;

    public IReadOnlyCollection<PeerId> Peers => [.. _sessions.Keys];

    /// <summary>Messages of peers that were passed on to the engine and to synchronisation.</summary>
    public long ReceivedMessages => Interlocked.Read(ref _received);

    public long ReceivedBytes => Interlocked.Read(ref _receivedBytes);

    public long SentMessages => Interlocked.Read(ref _sent);

    /// <summary>Messages that a peer's full queue did not take.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Messages of peers beyond their budgets, thrown away.</summary>
    public long Flooded => Interlocked.Read(ref _flooded);

    internal BpDaoOptions Options { get; }

    internal TimeProvider Time { get; }

    internal BpDaoHello OwnHello { get; }

    public int MaxMessageBytes(int code) => code >= SyncMessageCode.First ? SyncMessageCode.MaxBytes(code) : BpDaoMessage.MaxBytes(code);

    /// <summary>What the engine says, but for whole blocks that somebody asked for.</summary>
    public bool IsUrgent(int code) => code <= BpDaoMessage.LastOfEngine && code is not (BpDaoMessage.Block or BpDaoMessage.CertifiedBlock);

    public IProtocolHandler Open(IPeer peer) => new BpDaoSession(peer, this);

    /// <summary>To every peer, also to those that are known to have it: who speaks again has a reason.</summary>
    public void Broadcast(ReadOnlyMemory<byte> message)
    {
        int code = CodeOf(message);
        foreach (BpDaoSession session in _sessions.Values)
        {
            if (session.TrySend(code, message)) _known.Add(session.Id, message.Span);
        }
    }

    public void Send(PeerId peer, ReadOnlyMemory<byte> message)
    {
        if (_sessions.TryGetValue(peer, out BpDaoSession? session) && session.TrySend(CodeOf(message), message)) _known.Add(peer, message.Span);
    }

    public void Relay(PeerId from, ReadOnlyMemory<byte> message)
    {
        int code = CodeOf(message);
        ImmutableDictionary<PeerId, BpDaoSession> sessions = _sessions;
        foreach (PeerId peer in _known.Choose([.. sessions.Keys], _self, from, message.Span)) sessions[peer].TrySend(code, message);
    }

    /// <summary>Four such messages, and it is out.</summary>
    public void Misbehaved(PeerId peer, string what)
    {
        if (_sessions.TryGetValue(peer, out BpDaoSession? session)) session.Penalise(PointsOfForgery, what);
    }

    internal void Join(BpDaoSession session)
    {
        ImmutableInterlocked.Update(ref _sessions, sessions => sessions.SetItem(session.Id, session));
        _sync?.Connected(session);
        PeerConnected?.Invoke(session.Id);
    }

    internal void Leave(BpDaoSession session)
    {
        ImmutableInterlocked.Update(
            ref _sessions, sessions => sessions.TryGetValue(session.Id, out BpDaoSession? there) && there == session ? sessions.Remove(session.Id) : sessions);
        _known.Forget(session.Id);
        _sync?.Disconnected(session);
    }

    internal void OnEngineMessage(BpDaoSession from, ReadOnlySpan<byte> payload)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.Consensus);
        Count(payload.Length);
        byte[] message = payload.ToArray();
        _known.Add(from.Id, message);
        Received?.Invoke(from.Id, message);
    }

    /// <summary>This node asked for it, and by its questions bounds it: no part of what a peer may send unasked.</summary>
    internal bool IsAwaited(BpDaoSession from, int code, ReadOnlySpan<byte> payload) => _sync?.IsAwaited(from, code, payload) == true;

    internal void OnSyncMessage(BpDaoSession from, int code, ReadOnlySpan<byte> payload)
    {
        Count(payload.Length);
        _sync?.Received(from, code, payload);
    }

    internal void CountFlooded() => Interlocked.Increment(ref _flooded);

    internal bool TrySend(IPeer peer, int code, ReadOnlyMemory<byte> payload)
    {
        bool sent = peer.TrySend(Name, code, payload);
        Interlocked.Increment(ref sent ? ref _sent : ref _dropped);
        return sent;
    }

    internal void LogRefused(Hash256 peer, string difference) => LogRefused(_logger, peer, difference);

    private void Count(int bytes)
    {
        Interlocked.Increment(ref _received);
        Interlocked.Add(ref _receivedBytes, bytes);
    }

    private static int CodeOf(ReadOnlyMemory<byte> message) =>
        BpDaoMessage.CodeOf(message.Span) is >= 0 and var code ? code : throw new ArgumentException("An engine message begins with its number, 1 to 31.", nameof(message));

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Peer} is of another chain: {Difference}")]
    private static partial void LogRefused(ILogger logger, Hash256 peer, string difference);
}
