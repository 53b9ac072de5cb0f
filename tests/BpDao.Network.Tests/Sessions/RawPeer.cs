using System.Net;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Network.Rlpx;
using BpDao.Network.Sessions;
using BpDao.Network.Tests.Transport;
using Snappier;

namespace BpDao.Network.Tests.Sessions;

/// <summary>A peer that says what it is told to, right or wrong.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly FrameReader _reader;

    private RawPeer(SocketConnection connection, SessionSecrets secrets)
    {
        Connection = connection;
        Sealer = new FrameCipher(secrets.Aes, secrets.Mac, secrets.EgressMac);
        _reader = new FrameReader(connection, new FrameCipher(secrets.Aes, secrets.Mac, secrets.IngressMac));
    }

    public SocketConnection Connection { get; }

    public FrameCipher Sealer { get; }

    /// <summary>Does the key exchange; Hello is the test's business.</summary>
    public static async Task<RawPeer> ConnectAsync(TestHost host, PrivateKey key)
    {
        SocketConnection connection = await SocketConnection.ConnectAsync(host.Host.LocalEndPoint!);
        using HandshakeKeys keys = HandshakeKeys.Generate();
        byte[] auth = Handshake.Auth(key, host.Host.PublicKey, keys)!, ack = new byte[HandshakePacket.MaxSize];
        await connection.WriteAsync(auth);
        await FillAsync(connection, ack.AsMemory(0, 2));
        Assert(HandshakePacket.TryGetSize(ack, out int size));
        await FillAsync(connection, ack.AsMemory(2, size - 2));
        Assert(Handshake.TryFinish(key, keys, auth, ack.AsSpan(0, size), isOld: false, out SessionSecrets? secrets));
        return new RawPeer(connection, secrets!);
    }

    /// <summary>Has said Hello, and heard it.</summary>
    public static async Task<RawPeer> GreetAsync(TestHost host, PrivateKey key, ulong version = HelloMessage.CurrentVersion, params Capability[] capabilities)
    {
        RawPeer peer = await ConnectAsync(host, key);
        await peer.SendHelloAsync(new HelloMessage(version, "raw", capabilities.Length > 0 ? capabilities : [new Capability("test", 1)], 0, key.PublicKey));
        Assert(await peer.NextAsync(isHello: true) is (BaseMessage.Hello, _));
        return peer;
    }

    public Task SendHelloAsync(HelloMessage hello) => SendDataAsync([0x80, .. hello.Encode()]);

    /// <summary>A message of after Hello.</summary>
    public Task SendAsync(int code, params byte[] payload) => SendDataAsync([.. new RlpWriter().Write((ulong)code).ToArray(), .. Snappy.CompressToArray(payload)]);

    /// <summary>A frame with this data.</summary>
    public Task<bool> SendDataAsync(byte[] data) => Connection.WriteAsync(Seal(data));

    public byte[] Seal(byte[] data)
    {
        byte[] frame = new byte[FrameCipher.FrameSize(data.Length)];
        data.CopyTo(frame, FrameCipher.HeaderSize);
        Sealer.Seal(frame, data.Length);
        return frame;
    }

    /// <summary>The next message; null when the connection has ended.</summary>
    public async Task<(int Code, byte[] Payload)?> NextAsync(bool isHello = false)
    {
        (FrameStatus status, ReadOnlyMemory<byte> data) = await _reader.ReadAsync(FrameCipher.MaxDataLength).AsTask().WaitAsync(TestHost.Deadline);
        if (status == FrameStatus.End) return null;
        Assert(status == FrameStatus.Ok);
        Assert(MessageFrame.TryReadCode(data.Span, out ulong code, out ReadOnlySpan<byte> payload));
        return ((int)code, isHello ? payload.ToArray() : Snappy.DecompressToArray(payload));
    }

    /// <summary>The reason of the Disconnect that must come next, and be the last.</summary>
    /// <param name="isHello">Instead of Hello, and therefore not compressed.</param>
    public async Task<DisconnectReason> NextDisconnectAsync(bool isHello = false)
    {
        (int code, byte[] payload) = await NextAsync(isHello) ?? throw new InvalidOperationException("The connection ended without a word.");
        Assert(code == BaseMessage.Disconnect);
        Assert(BaseMessage.TryReadDisconnect(payload, out DisconnectReason reason));
        return reason;
    }

    public void Dispose()
    {
        _reader.Dispose();
        Sealer.Dispose();
        Connection.Dispose();
    }

    private static async Task FillAsync(SocketConnection connection, Memory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int read = await connection.ReadAsync(buffer).AsTask().WaitAsync(TestHost.Deadline);
            Assert(read > 0);
            buffer = buffer[read..];
        }
    }

    private static void Assert(bool condition) => Xunit.Assert.True(condition);
}
