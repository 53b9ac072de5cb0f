namespace BpDao.Network;

/// <summary>Why a session ends, as the peer is told (devp2p, rlpx.md, Disconnect).</summary>
public enum DisconnectReason : byte
{
    Requested = 0x00,
    TcpError = 0x01,

    /// <summary>A malformed message, a wrong MAC, a broken limit.</summary>
    BreachOfProtocol = 0x02,

    UselessPeer = 0x03,
    TooManyPeers = 0x04,
    AlreadyConnected = 0x05,
    IncompatibleVersion = 0x06,
    NullIdentity = 0x07,
    ClientQuitting = 0x08,
    UnexpectedIdentity = 0x09,
    ConnectedToSelf = 0x0a,
    PingTimeout = 0x0b,

    /// <summary>Something of a capability: another genesis, another fork, a flood.</summary>
    SubprotocolReason = 0x10,
}
