using BpDao.Consensus;
using BpDao.Network;

namespace BpDao.Synchronization;

/// <summary>bpdao/1 with one peer: greetings first, then messages within the peer's budget.</summary>
internal sealed class BpDaoSession : IProtocolHandler, ISyncPeer
{
    private readonly IPeer _peer;
    private readonly BpDaoProtocol _protocol;
    private readonly TokenBucket _messages;
    private readonly TokenBucket _bytes;
    private readonly ITimer _helloTimer;
    private volatile bool _greeted;

    public BpDaoSession(IPeer peer, BpDaoProtocol protocol)
    {
        (_peer, _protocol, Id) = (peer, protocol, new PeerId(peer.Id));
        BpDaoOptions options = protocol.Options;
        _messages = new TokenBucket(protocol.Time, options.Messages.PerSecond, options.Messages.Burst);
        _bytes = new TokenBucket(protocol.Time, options.Bytes.PerSecond, options.Bytes.Burst);
        _helloTimer = protocol.Time.CreateTimer(_ => OnHelloTimeout(), null, options.HelloTimeout, Timeout.InfiniteTimeSpan);
        protocol.TrySend(peer, BpDaoMessage.Hello, protocol.OwnHello.Encode());
    }

    public PeerId Id { get; }

    public bool TrySend(int code, ReadOnlyMemory<byte> payload) => _protocol.TrySend(_peer, code, payload);

    public void Penalise(int points, string reason) => _peer.Penalise(points, reason);

    public void Disconnect(string detail) => _peer.Disconnect(DisconnectReason.SubprotocolReason, detail);

    public void OnMessage(int code, ReadOnlySpan<byte> payload)
    {
        if (!_greeted)
        {
            OnFirst(code, payload);
        }
        else if (!_protocol.IsAwaited(this, code, payload) && (!_messages.TryTake(1) || !_bytes.TryTake(payload.Length)))
        {
            _protocol.CountFlooded();
            _peer.Penalise(1, "more messages than one peer may send");
        }
        else if (code is >= SyncMessageCode.First and <= SyncMessageCode.Last)
        {
            _protocol.OnSyncMessage(this, code, payload);
        }
        else if (code is >= BpDaoMessage.FirstOfEngine and <= BpDaoMessage.LastOfEngine && BpDaoMessage.CodeOf(payload) == code)
        {
            _protocol.OnEngineMessage(this, payload);
        }
        else
        {
            EndMalformed(code);
        }
    }

    public void OnDisconnected(DisconnectReason reason)
    {
        _helloTimer.Dispose();
        if (_greeted) _protocol.Leave(this);
    }

    private void OnFirst(int code, ReadOnlySpan<byte> payload)
    {
        if (code != BpDaoMessage.Hello || !BpDaoHello.TryDecode(payload, out BpDaoHello? theirs))
        {
            EndMalformed(code);
            return;
        }

        BpDaoHello own = _protocol.OwnHello;
        if (theirs.Version != own.Version || theirs.NetworkId != own.NetworkId || theirs.Genesis != own.Genesis)
        {
            string difference = $"bpdao/{theirs.Version}, network {theirs.NetworkId}, genesis {theirs.Genesis}";
            _protocol.LogRefused(_peer.Id, difference);
            _peer.Disconnect(DisconnectReason.SubprotocolReason, difference);
            return;
        }

        _helloTimer.Dispose();
        _greeted = true;
        _protocol.Join(this);
    }

    private void EndMalformed(int code)
    {
        string detail = $"malformed or unexpected bpdao/1 message {code:x2}";
        _peer.Penalise(25, detail);
        _peer.Disconnect(DisconnectReason.BreachOfProtocol, detail);
    }

    private void OnHelloTimeout()
    {
        if (!_greeted) _peer.Disconnect(DisconnectReason.SubprotocolReason, "no bpdao hello");
    }
}
