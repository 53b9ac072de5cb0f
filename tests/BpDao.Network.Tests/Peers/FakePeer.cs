using System.Net;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network.Tests.Peers;

/// <summary>A session without a wire.</summary>
internal sealed class FakePeer(PublicKey key, IPEndPoint remote, bool isInbound, FakeHost? host = null) : IPeer
{
    public Hash256 Id { get; } = Keccak256.Hash(key.Bytes);

    public PublicKey PublicKey => key;

    public IPEndPoint RemoteEndPoint => remote;

    public string ClientId => "fake";

    public IReadOnlyList<Capability> Capabilities => [];

    public bool IsInbound => isInbound;

    public bool IsTrusted => false;

    /// <summary>What it was told.</summary>
    public (DisconnectReason Reason, string Detail)? Left { get; private set; }

    public bool TrySend(Capability capability, int code, ReadOnlyMemory<byte> payload) => false;

    public void Penalise(int points, string reason) => throw new NotSupportedException();

    public void Disconnect(DisconnectReason reason, string detail)
    {
        Left ??= (reason, detail);
        host?.End(this, new SessionEnd(reason, ByPeer: false, detail));
    }
}
