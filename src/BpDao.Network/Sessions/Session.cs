using System.Buffers;
using System.Net;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Network.Rlpx;
using BpDao.Network.Transport;
using Microsoft.Extensions.Logging;

namespace BpDao.Network.Sessions;

/// <summary>An open session. One loop reads, and hands one message after the other to the protocols; while a protocol is busy, nothing is read.</summary>
internal sealed class Session : IPeer
{
    /// <summary>What the other end has to go away by itself, once it was told (rlpx.md, Disconnect).</summary>
    public static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly IConnection _connection;
    private readonly EncryptedSession _encrypted;
    private readonly SharedProtocols _protocols;
    private readonly List<IProtocolHandler> _handlers = [];
    private readonly OutgoingQueue _outgoing;
    private readonly SessionServices _services;
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _maxFrame;
    private SessionEndBox? _end;
    private long _lastReceived;
    private volatile bool _isHandling, _isPinged;

    public Session(IConnection connection, EncryptedSession encrypted, SharedProtocols protocols, bool isInbound, SessionServices services)
    {
        (_connection, _encrypted, _protocols, _services, IsInbound) = (connection, encrypted, protocols, services, isInbound);
        Id = Keccak256.Hash(PublicKey.Bytes);
        Capabilities = protocols.Capabilities;
        _maxFrame = MessageFrame.MaxDataLength(protocols.LongestPayload, HasSnappy);
        _outgoing = new OutgoingQueue(
            connection, encrypted.Sealer, HasSnappy, services.Options.MaxQueuedBytes, urgentLanes: 1 + protocols.Count, otherLanes: protocols.Count, services.Time);
        _lastReceived = services.Time.GetTimestamp();
    }

    public Hash256 Id { get; }

    public PublicKey PublicKey => _encrypted.Hello.PublicKey;

    public IPEndPoint RemoteEndPoint => _connection.Remote;

    public string ClientId => _encrypted.Hello.ClientId;

    public IReadOnlyList<Capability> Capabilities { get; }

    public bool IsInbound { get; }

    public bool IsTrusted => _services.Gate.IsTrusted(PublicKey);

    /// <summary>Completes when the session has ended and everybody here knows.</summary>
    public Task Left => _left.Task;

    /// <summary>Completes when the connection is closed, too.</summary>
    public Task Gone => Task.WhenAll(Left, _connection.Closed);

    /// <summary>How it ended; null while it is open.</summary>
    public SessionEnd? End => Volatile.Read(ref _end)?.End;

    /// <summary>A message is being handled.</summary>
    public bool IsBusy => _isHandling;

    private bool HasSnappy => _encrypted.Hello.HasSnappy;

    public bool TrySend(Capability capability, int code, ReadOnlyMemory<byte> payload)
    {
        int index = _protocols.IndexOf(capability);
        SharedProtocol shared = _protocols[index];
        if ((uint)code >= (uint)shared.Protocol.MessageCount) throw new ArgumentException($"{capability} has no message {code}.", nameof(code));
        if (payload.Length > MessageFrame.MaxSentPayload)
        {
            _services.Logger.LogError("A message {Capability} {Code} of {Bytes} bytes is too long to be sent", capability, code, payload.Length);
            return false;
        }

        int lane = 1 + index + (shared.Protocol.IsUrgent(code) ? 0 : _protocols.Count);
        return _outgoing.TryAdd(lane, shared.Offset + code, payload);
    }

    public void Penalise(int points, string reason) => _services.Gate.Penalise(this, points, reason);

    public void Disconnect(DisconnectReason reason, string detail) => Finish(new SessionEnd(reason, ByPeer: false, detail));

    /// <summary>Opens the protocols and reads until the session has ended. Called once.</summary>
    /// <param name="opened">Called when the protocols know of the session.</param>
    /// <param name="closed">Called when they know of its end.</param>
    public async Task RunAsync(Action opened, Action<SessionEnd> closed)
    {
        await Task.Yield();
        try
        {
            foreach (SharedProtocol shared in _protocols) _handlers.Add(shared.Protocol.Open(this));
            opened();
            while (End is null && await ReadMessageAsync())
            {
            }
        }
        catch (Exception e)
        {
            _services.Logger.LogError(e, "A protocol failed with peer {Peer}", this);
            Disconnect(DisconnectReason.SubprotocolReason, "a protocol failed here");
        }

        Close(closed);
    }

    /// <summary>Gives back what a session holds that never ran, and has been disconnected.</summary>
    public void Abandon()
    {
        _encrypted.Reader.Dispose();
        _left.TrySetResult();
    }

    /// <summary>Called from time to time: pings who is silent, ends with who stays so.</summary>
    public void Tick()
    {
        if (End is not null) return;
        RlpxOptions options = _services.Options;
        if (_outgoing.Stalled >= options.IdleTimeout)
        {
            Disconnect(DisconnectReason.PingTimeout, "takes no bytes");
            return;
        }

        if (_isHandling) return;
        TimeSpan silent = _services.Time.GetElapsedTime(Volatile.Read(ref _lastReceived));
        if (silent >= options.IdleTimeout)
        {
            Disconnect(DisconnectReason.PingTimeout, $"said nothing for {options.IdleTimeout.TotalSeconds:0} s");
        }
        else if (silent >= options.PingInterval && !_isPinged)
        {
            _isPinged = _outgoing.TryAdd(0, BaseMessage.Ping, BaseMessage.Empty);
        }
    }

    public override string ToString() => $"{Id.ToString()[..10]}@{RemoteEndPoint}";

    /// <summary>Decides how the session ends, once; the other end is told unless it is the one that ended it.</summary>
    private void Finish(SessionEnd end)
    {
        if (Interlocked.CompareExchange(ref _end, new SessionEndBox(end), null) is not null) return;
        _outgoing.Finish(BaseMessage.Disconnect, end.ByPeer ? null : BaseMessage.EncodeDisconnect(end.Reason));
        _connection.StopReading();
        _ = SayFarewellAsync(end.ByPeer);
    }

    private async Task SayFarewellAsync(bool byPeer)
    {
        using CancellationTokenSource done = new();
        Task late = Task.Delay(Farewell, _services.Time, done.Token);
        await Task.WhenAny(_outgoing.Drained, late);
        if (!byPeer) await Task.WhenAny(_connection.Closed, late);
        _connection.Close();
        await done.CancelAsync();
    }

    private async ValueTask<bool> ReadMessageAsync()
    {
        (FrameStatus status, ReadOnlyMemory<byte> frame) = await _encrypted.Reader.ReadAsync(_maxFrame);
        switch (status)
        {
            case FrameStatus.End:
                Finish(new SessionEnd(DisconnectReason.TcpError, ByPeer: true, "the connection ended"));
                return false;
            case FrameStatus.WrongMac:
                return Breach("a frame has a wrong MAC");
            case FrameStatus.TooLong:
                return Breach("a frame is longer than any message");
        }

        _isHandling = true;
        bool goesOn = Handle(frame.Span);
        _isPinged = false;
        Volatile.Write(ref _lastReceived, _services.Time.GetTimestamp());
        _isHandling = false;
        return goesOn;
    }

    private bool Handle(ReadOnlySpan<byte> frame)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.Wire);
        if (!MessageFrame.TryReadCode(frame, out ulong code, out ReadOnlySpan<byte> payload)) return Breach("a message has no code");
        int limit = BaseMessage.MaxSize, index = -1;
        if (code >= SharedProtocol.FirstOffset)
        {
            index = _protocols.IndexOf(code);
            if (index < 0) return Breach($"message {code} belongs to no shared protocol");
            limit = _protocols[index].MaxMessageBytes((int)code - _protocols[index].Offset);
        }

        if (!HasSnappy) return payload.Length <= limit ? Dispatch(index, (int)code, payload) : Breach($"message {code} has {payload.Length} bytes, {limit} are allowed");
        if (!MessageFrame.TryGetLength(payload, out int length)) return BadlyCompressed(code, payload);
        if (length > limit) return Breach($"message {code} has {length} bytes, {limit} are allowed");
        if (!MessageFrame.TryDecompress(payload, length, out byte[]? plain)) return BadlyCompressed(code, payload);
        bool goesOn = Dispatch(index, (int)code, plain.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(plain);
        return goesOn;
    }

    /// <summary>Some say their last word without compressing it.</summary>
    private bool BadlyCompressed(ulong code, ReadOnlySpan<byte> payload) =>
        code == BaseMessage.Disconnect ? EndedByPeer(payload) : Breach($"message {code} is badly compressed");

    private bool Dispatch(int index, int code, ReadOnlySpan<byte> payload)
    {
        if (index >= 0)
        {
            _handlers[index].OnMessage(code - _protocols[index].Offset, payload);
            return true;
        }

        switch (code)
        {
            case BaseMessage.Disconnect:
                return EndedByPeer(payload);
            case BaseMessage.Ping or BaseMessage.Pong when !new RlpReader(payload).TryReadList(out _):
                return Breach($"message {code} is malformed");
            case BaseMessage.Ping:
                // What finds no room is not answered: who asks so often takes no answers.
                _outgoing.TryAdd(0, BaseMessage.Pong, BaseMessage.Empty);
                return true;
            case BaseMessage.Pong:
                return true;
            default:
                return Breach($"message {code} has no place here");
        }
    }

    private bool EndedByPeer(ReadOnlySpan<byte> payload)
    {
        if (!BaseMessage.TryReadDisconnect(payload, out DisconnectReason reason)) return Breach("the Disconnect is malformed");
        Finish(new SessionEnd(reason, ByPeer: true, "the peer said so"));
        return false;
    }

    private bool Breach(string detail)
    {
        Disconnect(DisconnectReason.BreachOfProtocol, detail);
        return false;
    }

    private void Close(Action<SessionEnd> closed)
    {
        SessionEnd end = End ?? new SessionEnd(DisconnectReason.TcpError, ByPeer: true, "the connection ended");
        Finish(end);
        foreach (IProtocolHandler handler in _handlers)
        {
            try
            {
                handler.OnDisconnected(end.Reason);
            }
            catch (Exception e)
            {
                _services.Logger.LogError(e, "A protocol failed at the end of peer {Peer}", this);
            }
        }

        _encrypted.Reader.Dispose();
        try
        {
            closed(end);
        }
        finally
        {
            _left.TrySetResult();
        }
    }

    private sealed record SessionEndBox(SessionEnd End);
}

/// <summary>What all sessions of a host share.</summary>
internal sealed record SessionServices(IPeerGate Gate, RlpxOptions Options, TimeProvider Time, ILogger Logger);
