using System.Net;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network;

/// <summary>A node as discovery knows it: its key, and where it can be reached.</summary>
/// <param name="Udp">Address and port of discovery.</param>
/// <param name="TcpPort">Of RLPx at the same address; 0 when it does not listen.</param>
public sealed record NodeContact(PublicKey PublicKey, IPEndPoint Udp, int TcpPort)
{
    // A copy with another key would keep this one's id.
    public PublicKey PublicKey { get; } = PublicKey;

    /// <summary>keccak256 of the key.</summary>
    public Hash256 Id { get; } = Keccak256.Hash(PublicKey.Bytes);

    public Enode ToEnode() => new(PublicKey, Udp.Address.ToString(), TcpPort, Udp.Port);

    public override string ToString() => $"{Id.ToString()[..10]}@{Udp}";
}
