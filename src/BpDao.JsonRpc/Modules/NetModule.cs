using System.Globalization;

namespace BpDao.JsonRpc;

/// <summary><c>net_*</c>: the network's number and who is connected.</summary>
/// <param name="networkId">As in the devp2p handshake.</param>
/// <param name="isListening">Others can connect to this node.</param>
/// <param name="peerCount">Connected peers now.</param>
public sealed class NetModule(ulong networkId, Func<bool> isListening, Func<int> peerCount) : IRpcModule
{
    public string Namespace => "net";

    public IReadOnlyList<RpcMethod> Methods =>
    [
        // Decimal text, unlike every other number: clients have read it so since 2015.
        new("net_version", 0, 0, _ => RpcResult.Of(networkId.ToString(CultureInfo.InvariantCulture))),
        new("net_listening", 0, 0, _ => RpcResult.Of(isListening())),
        new("net_peerCount", 0, 0, _ => RpcResult.Of((ulong)peerCount())),
    ];
}
