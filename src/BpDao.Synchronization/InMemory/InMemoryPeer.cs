using System.Net;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Network;

namespace BpDao.Synchronization;

/// <summary>One end of a session without sockets. Messages wait in a bounded queue and are handled one after the other, on threads of the pool.</summary>
public sealed class InMemoryPeer : IPeer
{
    private const long MaxQueuedBytes = 32 * 1024 * 1024;
    private const int MessagesOfTurn = 64;

    private readonly InMemoryHost _owner;
    private readonly InMemoryHost _remote;
    private readonly Dictionary<Capability, (IProtocol Protocol, IProtocolHandler Handler)> _handlers = [];
    private readonly Lock _gate = new();
    private readonly Queue<Message> _queue = [];
    private InMemoryPeer? _other;
    private long _queuedBytes;
    private int _score = 100;
    private bool _open, _scheduled;
    private SessionEnd? _end;

    private InMemoryPeer(InMemoryHost owner, InMemoryHost remote, bool isInbound, IReadOnlyList<Capability> capabilities)
    {
        (_owner, _remote, IsInbound, Capabilities) = (owner, remote, isInbound, capabilities);
        Id = Keccak256.Hash(remote.PublicKey.Bytes);
    }

    public Hash256 Id { get; }

    public PublicKey PublicKey => _remote.PublicKey;

    public IPEndPoint RemoteEndPoint { get; } = new(IPAddress.Loopback, 0);

    public string ClientId => "in memory";

    public IReadOnlyList<Capability> Capabilities { get; }

    public bool IsInbound { get; }

    public bool IsTrusted => false;

    /// <summary>What is left of 100 points.</summary>
    public int Score => Volatile.Read(ref _score);

    public bool TrySend(Capability capability, int code, ReadOnlyMemory<byte> payload)
    {
        // A copy, as a socket would make: the sender may use its buffer again.
        bool taken = _other!.TryEnqueue(new Message(capability, code, payload.ToArray()));
        if (!taken) _owner.CountDropped();
        return taken;
    }

    public void Penalise(int points, string reason)
    {
        if (Interlocked.Add(ref _score, -points) <= 0) Disconnect(DisconnectReason.BreachOfProtocol, reason);
    }

    public void Disconnect(DisconnectReason reason, string detail)
    {
        End(new SessionEnd(reason, false, detail));
        _other!.End(new SessionEnd(reason, true, detail));
    }

    /// <summary>Opens a session if the two share a protocol.</summary>
    internal static void Link(InMemoryHost a, InMemoryHost b)
    {
        List<Capability> shared = [.. a.Protocols.Select(p => p.Capability).Intersect(b.Protocols.Select(p => p.Capability))
            .GroupBy(c => c.Name).Select(versions => versions.MaxBy(c => c.Version))];
        if (shared.Count == 0) return;
        InMemoryPeer toB = new(a, b, false, shared), toA = new(b, a, true, shared);
        (toB._other, toA._other) = (toA, toB);
        toA.Open();
        toB.Open();
    }

    private void Open()
    {
        foreach (Capability capability in Capabilities)
        {
            IProtocol protocol = _owner.Protocols.First(p => p.Capability == capability);
            _handlers[capability] = (protocol, protocol.Open(this));
        }

        _owner.Add(this);
        lock (_gate)
        {
            _open = true;
            Schedule();
        }
    }

    private bool TryEnqueue(in Message message)
    {
        lock (_gate)
        {
            if (_end is not null || _queuedBytes + message.Payload.Length > MaxQueuedBytes) return false;
            _queue.Enqueue(message);
            _queuedBytes += message.Payload.Length;
            Schedule();
            return true;
        }
    }

    private void End(SessionEnd end)
    {
        lock (_gate)
        {
            if (_end is not null) return;
            _end = end;
            _queue.Clear();
            Schedule();
        }
    }

    private void Schedule()
    {
        if (!_open || _scheduled) return;
        _scheduled = true;
        ThreadPool.UnsafeQueueUserWorkItem(_ => Pump(), null);
    }

    /// <summary>Some messages; others get their turn between.</summary>
    private void Pump()
    {
        try
        {
            for (int i = 0; i < MessagesOfTurn; i++)
            {
                Message message;
                lock (_gate)
                {
                    if (_end is not null || !_queue.TryDequeue(out message)) break;
                    _queuedBytes -= message.Payload.Length;
                }

                Handle(message);
            }
        }
        catch (Exception fault)
        {
            _owner.Fail(fault);
        }

        bool ended = false;
        lock (_gate)
        {
            _scheduled = false;
            if (_end is null)
            {
                if (_queue.Count != 0) Schedule();
            }
            else if (_open)
            {
                (_open, ended) = (false, true);
            }
        }

        if (ended) Close();
    }

    private void Handle(in Message message)
    {
        (IProtocol protocol, IProtocolHandler handler) = _handlers[message.Capability];
        if (message.Code >= protocol.MessageCount || message.Payload.Length > protocol.MaxMessageBytes(message.Code))
        {
            Disconnect(DisconnectReason.BreachOfProtocol, $"message {message.Code} of {message.Payload.Length} bytes");
            return;
        }

        handler.OnMessage(message.Code, message.Payload);
    }

    private void Close()
    {
        foreach ((_, IProtocolHandler handler) in _handlers.Values) handler.OnDisconnected(_end!.Value.Reason);
        _owner.Remove(this, _end!.Value);
    }

    private readonly record struct Message(Capability Capability, int Code, byte[] Payload);
}
