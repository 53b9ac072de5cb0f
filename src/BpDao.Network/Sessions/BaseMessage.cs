using BpDao.Core;

namespace BpDao.Network.Sessions;

/// <summary>The base protocol's messages after Hello (rlpx.md, "p2p" capability).</summary>
internal static class BaseMessage
{
    public const int Hello = 0x00;
    public const int Disconnect = 0x01;
    public const int Ping = 0x02;
    public const int Pong = 0x03;

    /// <summary>Most bytes of one but Hello.</summary>
    public const int MaxSize = 1024;

    /// <summary>The content of ping and pong.</summary>
    public static readonly byte[] Empty = [0xc0];

    public static byte[] EncodeDisconnect(DisconnectReason reason) => new RlpWriter(4).StartList().Write((ulong)reason).EndList().ToArray();

    /// <summary>Reads <c>[reason]</c>, an empty list, or the bare number that some send; false when malformed or of no meaning.</summary>
    public static bool TryReadDisconnect(ReadOnlySpan<byte> payload, out DisconnectReason reason)
    {
        reason = DisconnectReason.Requested;
        RlpReader reader = new(payload);
        if (reader.IsList && (!reader.TryReadList(out reader) || reader.AtEnd)) return payload is [0xc0];
        if (!reader.TryReadUInt64(out ulong number) || number > byte.MaxValue || !Enum.IsDefined((DisconnectReason)number)) return false;
        reason = (DisconnectReason)number;
        return true;
    }
}
