using System.Net;
using BpDao.Crypto;

namespace BpDao.Network.Tests.Sessions;

/// <summary>Lets everybody in unless told otherwise.</summary>
internal sealed class TestGate : IPeerGate
{
    public Func<IPAddress, bool> MayConnectWhen { get; set; } = _ => true;

    public Func<PeerCandidate, IReadOnlyList<IPeer>, DisconnectReason?> RefuseWhen { get; set; } = (_, _) => null;

    public List<string> Penalties { get; } = [];

    public bool MayConnect(IPAddress remote) => MayConnectWhen(remote);

    public DisconnectReason? Refuse(PeerCandidate candidate, IReadOnlyList<IPeer> connected) => RefuseWhen(candidate, connected);

    public bool IsTrusted(PublicKey key) => false;

    public void Penalise(IPeer peer, int points, string reason) => Penalties.Add($"{points} {reason}");
}
