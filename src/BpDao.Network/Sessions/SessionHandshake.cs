using System.Net;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Network.Rlpx;
using BpDao.Network.Transport;

namespace BpDao.Network.Sessions;

/// <summary>Makes an encrypted session of a connection: key exchange, then Hello. Reads at most 2 KiB at a time from a stranger.</summary>
internal sealed class SessionHandshake(PrivateKey nodeKey, Func<HelloMessage> ourHello)
{
    /// <param name="remote">The key that the other end must have.</param>
    public async Task<HandshakeResult> InitiateAsync(IConnection connection, PublicKey remote)
    {
        using HandshakeKeys keys = HandshakeKeys.Generate();
        if (Handshake.Auth(nodeKey, remote, keys) is not { } auth) return HandshakeResult.Failed("the node's key is not a point of the curve");
        if (!await connection.WriteAsync(auth)) return HandshakeResult.Failed("the connection broke");

        SessionSecrets? secrets = null;
        byte[] ack = new byte[HandshakePacket.MaxSize];
        bool Finish(int length, bool isOld) => Handshake.TryFinish(nodeKey, keys, auth, ack.AsSpan(0, length), isOld, out secrets);
        if (await ReadPacketAsync(connection, ack, AckMessage.OldSize + Ecies.Overhead, Finish) is { } problem) return HandshakeResult.Failed(problem);

        Ends ends = new(connection, secrets!);
        await SendHelloAsync(connection, ends.Sealer, []);
        return await ReadHelloAsync(connection, ends, remote);
    }

    public async Task<HandshakeResult> AcceptAsync(IConnection connection)
    {
        using HandshakeKeys keys = HandshakeKeys.Generate();
        HandshakeAnswer? answer = null;
        byte[] auth = new byte[HandshakePacket.MaxSize];
        bool Answer(int length, bool isOld) => Handshake.TryAnswer(nodeKey, auth.AsSpan(0, length), isOld, keys, out answer);
        if (await ReadPacketAsync(connection, auth, AuthMessage.OldSize + Ecies.Overhead, Answer) is { } problem) return HandshakeResult.Failed(problem);

        Ends ends = new(connection, answer!.Secrets);
        await SendHelloAsync(connection, ends.Sealer, answer.Ack);
        return await ReadHelloAsync(connection, ends, answer.Remote);
    }

    /// <summary>Says why the session ends before it has begun.</summary>
    public static async Task DisconnectAsync(IConnection connection, FrameCipher sealer, DisconnectReason reason, bool compress)
    {
        byte[] payload = BaseMessage.EncodeDisconnect(reason);
        byte[] frame = new byte[MessageFrame.MaxFrameSize(payload.Length, compress)];
        int length = MessageFrame.Seal(sealer, BaseMessage.Disconnect, payload, compress, frame);
        await connection.WriteAsync(new ArraySegment<byte>(frame, 0, length));
    }

    /// <summary>Reads one packet, of either form. Null when <paramref name="open"/> was content with it.</summary>
    private static async Task<string?> ReadPacketAsync(IConnection connection, byte[] packet, int oldSize, Func<int, bool, bool> open)
    {
        if (!await FillAsync(connection, packet, 0, HandshakePacket.PrefixSize)) return "the connection ended in the key exchange";
        int read = HandshakePacket.PrefixSize;
        if (HandshakePacket.MayBeOld(packet))
        {
            if (!await FillAsync(connection, packet, read, oldSize)) return "the connection ended in the key exchange";
            if (open(oldSize, true)) return null;
            read = oldSize;
        }

        if (!HandshakePacket.TryGetSize(packet, out int size) || size < read) return "its first packet is not of RLPx";
        if (!await FillAsync(connection, packet, read, size)) return "the connection ended in the key exchange";
        return open(size, false) ? null : "its first packet is not meant for this key, or is wrong";
    }

    private static async Task<bool> FillAsync(IConnection connection, byte[] buffer, int from, int to)
    {
        while (from < to)
        {
            int read = await connection.ReadAsync(buffer.AsMemory(from, to - from));
            if (read == 0) return false;
            from += read;
        }

        return true;
    }

    private async Task SendHelloAsync(IConnection connection, FrameCipher sealer, byte[] before)
    {
        byte[] hello = ourHello().Encode();
        byte[] bytes = new byte[before.Length + MessageFrame.MaxFrameSize(hello.Length, compress: false)];
        before.CopyTo(bytes, 0);
        int length = MessageFrame.Seal(sealer, BaseMessage.Hello, hello, compress: false, bytes.AsSpan(before.Length));
        // A broken connection shows on reading.
        await connection.WriteAsync(new ArraySegment<byte>(bytes, 0, before.Length + length));
    }

    private async Task<HandshakeResult> ReadHelloAsync(IConnection connection, Ends ends, PublicKey remote)
    {
        HandshakeResult result = Judge(await ends.Reader.ReadAsync(HelloMessage.MaxSize), ends, remote);
        if (result.Session is not null) return result;
        if (result.Outcome == DialOutcome.RefusedByUs) await DisconnectAsync(connection, ends.Sealer, result.Reason, compress: false);
        ends.Dispose();
        return result;
    }

    private HandshakeResult Judge((FrameStatus Status, ReadOnlyMemory<byte> Data) frame, Ends ends, PublicKey remote)
    {
        if (frame.Status == FrameStatus.End) return HandshakeResult.Failed("the connection ended before Hello");
        if (frame.Status == FrameStatus.WrongMac) return HandshakeResult.Refused(DisconnectReason.BreachOfProtocol, "Hello has a wrong MAC");
        if (frame.Status == FrameStatus.TooLong) return HandshakeResult.Refused(DisconnectReason.BreachOfProtocol, "Hello is too long");
        if (!MessageFrame.TryReadCode(frame.Data.Span, out ulong code, out ReadOnlySpan<byte> payload))
        {
            return HandshakeResult.Refused(DisconnectReason.BreachOfProtocol, "the first message has no code");
        }

        if (code == BaseMessage.Disconnect)
        {
            return BaseMessage.TryReadDisconnect(payload, out DisconnectReason reason)
                ? new HandshakeResult(DialOutcome.RefusedByPeer, null, reason, "instead of Hello")
                : HandshakeResult.Refused(DisconnectReason.BreachOfProtocol, "the Disconnect is malformed");
        }

        if (code != BaseMessage.Hello) return HandshakeResult.Refused(DisconnectReason.BreachOfProtocol, $"message {code} came before Hello");
        if (!HelloMessage.TryRead(payload, out HelloMessage? hello)) return HandshakeResult.Refused(DisconnectReason.BreachOfProtocol, "Hello is malformed");
        if (hello.PublicKey.Bytes.IndexOfAnyExcept((byte)0) < 0) return HandshakeResult.Refused(DisconnectReason.NullIdentity, "Hello has no key");
        if (!hello.PublicKey.Equals(remote)) return HandshakeResult.Refused(DisconnectReason.UnexpectedIdentity, "Hello has another key than the handshake");
        if (remote.Equals(nodeKey.PublicKey)) return HandshakeResult.Refused(DisconnectReason.ConnectedToSelf, "it is this node");
        return new HandshakeResult(DialOutcome.Connected, new EncryptedSession(hello, ends.Reader, ends.Sealer), default, "");
    }

    private sealed class Ends(IConnection connection, SessionSecrets secrets) : IDisposable
    {
        public FrameReader Reader { get; } = new(connection, new FrameCipher(secrets.Aes, secrets.Mac, secrets.IngressMac));

        public FrameCipher Sealer { get; } = new(secrets.Aes, secrets.Mac, secrets.EgressMac);

        public void Dispose()
        {
            Reader.Dispose();
            Sealer.Dispose();
        }
    }
}

/// <summary>A connection on which both have said Hello.</summary>
internal sealed record EncryptedSession(HelloMessage Hello, FrameReader Reader, FrameCipher Sealer);

/// <summary>What became of a handshake.</summary>
/// <param name="Session">There when both have said Hello.</param>
internal sealed record HandshakeResult(DialOutcome Outcome, EncryptedSession? Session, DisconnectReason Reason, string Detail)
{
    public static HandshakeResult Failed(string detail) => new(DialOutcome.HandshakeFailed, null, default, detail);

    public static HandshakeResult Refused(DisconnectReason reason, string detail) => new(DialOutcome.RefusedByUs, null, reason, detail);
}
