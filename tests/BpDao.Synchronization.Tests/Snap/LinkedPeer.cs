using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Network;

namespace BpDao.Synchronization.Tests.Snap;

/// <summary>One end's view of the other, in memory: messages are delivered one after the other on a task of their own, as a session's reading thread
/// does.</summary>
internal sealed class LinkedPeer : IPeer, IDisposable
{
    private readonly Channel<(int Code, byte[] Payload)> _arriving = Channel.CreateUnbounded<(int, byte[])>();
    private LinkedPeer? _other;
    private IProtocolHandler? _handler;

    private LinkedPeer(string name) => (ClientId, Id) = (name, Keccak256.Hash(System.Text.Encoding.ASCII.GetBytes(name)));

    public Hash256 Id { get; }

    public PublicKey PublicKey => throw new NotSupportedException();

    public IPEndPoint RemoteEndPoint { get; } = new(IPAddress.Loopback, 30303);

    public string ClientId { get; }

    public IReadOnlyList<Capability> Capabilities => [new("snap", 1)];

    public bool IsInbound => false;

    public bool IsTrusted => false;

    public ConcurrentQueue<(int Points, string Reason)> Penalties { get; } = [];

    public (DisconnectReason Reason, string Detail)? Disconnected { get; private set; }

    /// <summary>Changes what this end's other side sends to it; null is nothing at all.</summary>
    public Func<int, byte[], byte[]?> Tamper { get; set; } = static (_, payload) => payload;

    /// <summary>Messages of the other side that were handled, by their code.</summary>
    public ConcurrentDictionary<int, int> Received { get; } = [];

    public IProtocolHandler Handler => _handler!;

    /// <summary>Connects two nodes.</summary>
    /// <returns>What each sees of the other.</returns>
    public static (LinkedPeer SeenByFirst, LinkedPeer SeenBySecond) Connect(IProtocol first, string firstName, IProtocol second, string secondName)
    {
        LinkedPeer seenByFirst = new(secondName), seenBySecond = new(firstName);
        (seenByFirst._other, seenBySecond._other) = (seenBySecond, seenByFirst);
        seenByFirst._handler = first.Open(seenByFirst);
        seenBySecond._handler = second.Open(seenBySecond);
        _ = seenByFirst.PumpAsync(first);
        _ = seenBySecond.PumpAsync(second);
        return (seenByFirst, seenBySecond);
    }

    public bool TrySend(Capability capability, int code, ReadOnlyMemory<byte> payload)
    {
        if (Disconnected is not null || _other!.Tamper(code, payload.ToArray()) is not { } sent) return Disconnected is null;
        return _other._arriving.Writer.TryWrite((code, sent));
    }

    public void Penalise(int points, string reason) => Penalties.Enqueue((points, reason));

    public void Disconnect(DisconnectReason reason, string detail)
    {
        if (Disconnected is not null) return;
        Disconnected = _other!.Disconnected = (reason, detail);
        _handler!.OnDisconnected(reason);
        _other._handler!.OnDisconnected(reason);
    }

    public void Dispose() => Disconnect(DisconnectReason.ClientQuitting, "the test is over");

    private async Task PumpAsync(IProtocol protocol)
    {
        await foreach ((int code, byte[] payload) in _arriving.Reader.ReadAllAsync())
        {
            if (Disconnected is not null) return;
            if (payload.Length > protocol.MaxMessageBytes(code))
            {
                Disconnect(DisconnectReason.BreachOfProtocol, "too long");
                return;
            }

            _handler!.OnMessage(code, payload);
            Received.AddOrUpdate(code, 1, (_, count) => count + 1);
        }
    }
}
