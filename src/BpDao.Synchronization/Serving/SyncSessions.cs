using System.Collections.Concurrent;
using BpDao.Blockchain;
using BpDao.Consensus;
using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization;

/// <summary>The peers that speak synchronisation: their questions go to <see cref="SyncServer"/>, their answers to whoever asked.</summary>
public sealed class SyncSessions(SyncServer server, TimeProvider time, ILogger<SyncSessions> logger) : ISyncSessions
{
    // Of 100; a session ends at 100 lost ones in a short while.
    private const int PointsOfUseless = 1;
    private const int PointsOfMalformed = 25;

    private readonly ConcurrentDictionary<PeerId, Session> _sessions = new();
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A peer came or went, or told its tip.</summary>
    internal event Action? Changed;

    /// <summary>A peer told its head.</summary>
    internal event Action<RemotePeer, TipAnswer>? TipTold;

    /// <summary>Ends only with a fault of our store, found while serving.</summary>
    internal Task Failed => _failed.Task;

    internal IReadOnlyCollection<RemotePeer> Peers => [.. _sessions.Values.Select(s => s.Asked)];

    public void Connected(ISyncPeer peer)
    {
        Session session = new(new RemotePeer(peer, time), new ServedPeer(peer, server, fault => Fail(peer, fault), time));
        if (_sessions.TryGetValue(peer.Id, out Session? old)) End(old);
        _sessions[peer.Id] = session;
        Changed?.Invoke();
    }

    public bool IsAwaited(ISyncPeer peer, int code, ReadOnlySpan<byte> payload) =>
        SyncMessageCode.IsAnswer(code) && _sessions.TryGetValue(peer.Id, out Session? session) && SyncMessageCodec.TryReadId(payload, out ulong id)
        && session.Asked.IsAwaited(id, code);

    public void Received(ISyncPeer peer, int code, ReadOnlySpan<byte> payload)
    {
        if (!_sessions.TryGetValue(peer.Id, out Session? session)) return;
        if (SyncMessageCode.IsQuestion(code))
        {
            if (!SyncMessageCodec.TryDecodeQuestion(code, payload, out SyncQuestion question)) peer.Penalise(PointsOfMalformed, $"malformed question {code:x}");
            else if (!session.Served.TryTake(code, question)) peer.Penalise(PointsOfUseless, "asks faster than it is answered");
        }
        else if (SyncMessageCode.IsAnswer(code))
        {
            OnAnswer(session, peer, code, payload);
        }
        else
        {
            peer.Penalise(PointsOfMalformed, $"unknown message {code:x}");
        }
    }

    public void Disconnected(ISyncPeer peer)
    {
        if (!_sessions.TryRemove(peer.Id, out Session? session)) return;
        End(session);
        Changed?.Invoke();
    }

    /// <summary>As over eth: a bug that a peer finds costs its session, so that nobody can end nodes from afar.</summary>
    private void Fail(ISyncPeer peer, Exception fault)
    {
        if (StoreFault.Is(fault))
        {
            _failed.TrySetException(fault);
            return;
        }

        logger.LogError(fault, "Peer {Peer} has met a fault of this node", peer.Id);
        peer.Disconnect("a fault of this node");
    }

    private void OnAnswer(Session session, ISyncPeer peer, int code, ReadOnlySpan<byte> payload)
    {
        if (!SyncMessageCodec.TryReadId(payload, out ulong id) || !session.Asked.IsAwaited(id, code))
        {
            peer.Penalise(PointsOfUseless, "an answer that nobody waits for");
            return;
        }

        if (!SyncMessageCodec.TryDecodeAnswer(code, payload, out SyncAnswer? answer))
        {
            peer.Penalise(PointsOfMalformed, $"malformed answer {code:x}");
            session.Asked.Fail(id);
            return;
        }

        if (answer is TipAnswer tip)
        {
            session.Asked.Claim(tip.Header.Number);
            TipTold?.Invoke(session.Asked, tip);
        }

        session.Asked.Complete(answer);
        if (answer is TipAnswer) Changed?.Invoke();
    }

    private static void End(Session session)
    {
        session.Served.Dispose();
        session.Asked.Close();
    }

    private sealed record Session(RemotePeer Asked, ServedPeer Served);
}
