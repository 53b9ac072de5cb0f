using System.Threading.Channels;
using BpDao.Network.Sessions;

namespace BpDao.Network.Tests.Sessions;

/// <summary>Writes down what it receives.</summary>
internal sealed class TestProtocol(string name = "test", int version = 1, int messages = 8, int maxBytes = 1 << 20) : IProtocol
{
    private readonly Channel<TestHandler> _opened = Channel.CreateUnbounded<TestHandler>();

    public Capability Capability { get; } = new(name, version);

    public int MessageCount => messages;

    /// <summary>Called for every message, on the session's reading thread.</summary>
    public Action<IPeer, int, byte[]> Received { get; set; } = (_, _, _) => { };

    /// <summary>Called when a peer is there.</summary>
    public Action<IPeer> Opened { get; set; } = _ => { };

    /// <summary>Whether messages are kept for <see cref="TestHandler.NextAsync"/>.</summary>
    public bool Keeps { get; set; } = true;

    public Predicate<int> UrgentWhen { get; set; } = _ => false;

    public int MaxMessageBytes(int code) => maxBytes;

    public bool IsUrgent(int code) => UrgentWhen(code);

    public IProtocolHandler Open(IPeer peer)
    {
        Opened(peer);
        TestHandler handler = new(this, peer);
        _opened.Writer.TryWrite(handler);
        return handler;
    }

    /// <summary>The next peer that was there.</summary>
    public Task<TestHandler> NextAsync() => _opened.Reader.ReadAsync().AsTask().WaitAsync(TestHost.Deadline);
}

internal sealed class TestHandler(TestProtocol protocol, IPeer peer) : IProtocolHandler
{
    private readonly Channel<(int Code, byte[] Payload)> _messages = Channel.CreateUnbounded<(int, byte[])>();
    private readonly TaskCompletionSource<DisconnectReason> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IPeer Peer => peer;

    public Task<DisconnectReason> Ended => _ended.Task.WaitAsync(TestHost.Deadline);

    public bool HasEnded => _ended.Task.IsCompleted;

    public Task<(int Code, byte[] Payload)> NextAsync() => _messages.Reader.ReadAsync().AsTask().WaitAsync(TestHost.Deadline);

    /// <summary>Returns when the session has put the message away that was handed over last, and has looked at its clock.</summary>
    public void Settle() => Xunit.Assert.True(SpinWait.SpinUntil(() => !((Session)peer).IsBusy, TestHost.Deadline));

    public bool TrySend(int code, params byte[] payload) => peer.TrySend(protocol.Capability, code, payload);

    public void OnMessage(int code, ReadOnlySpan<byte> payload)
    {
        byte[] copy = payload.ToArray();
        protocol.Received(peer, code, copy);
        if (protocol.Keeps) _messages.Writer.TryWrite((code, copy));
    }

    public void OnDisconnected(DisconnectReason reason) => _ended.SetResult(reason);
}
