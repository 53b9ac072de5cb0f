using System.Net;
using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Core;
using BpDao.JsonRpc;
using BpDao.Network;
using BpDao.Node.Commands;
using BpDao.Specs;
using BpDao.Synchronization;

namespace BpDao.Node.Composition;

/// <summary><c>admin_*</c>: who this node is and whom it is connected with, in geth's words. It changes the node, so it is served only when
/// <c>--http.api</c> names it.</summary>
internal sealed class AdminRpcModule(WireNetwork network, ChainSpec spec, BlockTree chain, EthService eth) : IRpcModule
{
    public string Namespace => "admin";

    public IReadOnlyList<RpcMethod> Methods =>
    [
        new("admin_nodeInfo", 0, 0, _ => RpcResult.Of(WriteNode)),
        new("admin_peers", 0, 0, _ => RpcResult.Of(WritePeers)),
        new("admin_addPeer", 1, 1, call => WithNode(call, node => network.Dialler?.AddStatic(node))),
        new("admin_removePeer", 1, 1, call => WithNode(call, Remove)),
        new("admin_addTrustedPeer", 1, 1, call => WithNode(call, node => network.Book.Trust(node.PublicKey))),
        new("admin_removeTrustedPeer", 1, 1, call => WithNode(call, node => network.Book.Distrust(node.PublicKey))),
    ];

    private void Remove(Enode node)
    {
        network.Dialler?.RemoveStatic(node.PublicKey);
        network.Peers.FirstOrDefault(p => p.Id == node.Id)?.Disconnect(DisconnectReason.Requested, "removed by the operator");
    }

    private static RpcResult WithNode(RpcCall call, Action<Enode> act)
    {
        if (call.Parameters[0].ValueKind != JsonValueKind.String) return RpcError.InvalidParams("invalid argument 0: want an enode URL");
        if (!Enode.TryParse(call.Parameters[0].GetString(), out Enode? node, out string? error)) return RpcError.InvalidParams($"invalid argument 0: {error}");
        act(node);
        return RpcResult.Of(true);
    }

    private void WriteNode(Utf8JsonWriter w)
    {
        Enode? self = network.Self;
        w.WriteStartObject();
        w.WriteString("id"u8, network.Id.ToString()[2..]);
        w.WriteString("name"u8, VersionCommand.ClientVersion);
        w.WriteString("enode"u8, self?.ToString() ?? "");
        w.WriteString("enr"u8, network.Record?.ToString() ?? "");
        w.WriteString("ip"u8, self?.Host ?? "");
        w.WriteStartObject("ports"u8);
        w.WriteNumber("discovery"u8, self?.UdpPort ?? 0);
        w.WriteNumber("listener"u8, self?.TcpPort ?? 0);
        w.WriteEndObject();
        w.WriteStartObject("protocols"u8);
        w.WriteStartObject("eth"u8);
        w.WriteNumber("network"u8, spec.NetworkId);
        w.WriteString("genesis"u8, chain.Genesis.Hash.ToString());
        w.WriteString("head"u8, chain.Head.Hash.ToString());
        w.WriteEndObject();
        w.WriteEndObject();
        w.WriteEndObject();
    }

    private void WritePeers(Utf8JsonWriter w)
    {
        Dictionary<Hash256, EthPeer> known = eth.Peers.All.ToDictionary(p => p.Peer.Id);
        w.WriteStartArray();
        foreach (IPeer peer in network.Peers)
        {
            w.WriteStartObject();
            w.WriteString("id"u8, peer.Id.ToString()[2..]);
            w.WriteString("name"u8, peer.ClientId);
            w.WriteString("enode"u8, EnodeOf(peer).ToString());
            w.WriteStartArray("caps"u8);
            foreach (Capability capability in peer.Capabilities) w.WriteStringValue(capability.ToString());
            w.WriteEndArray();
            w.WriteStartObject("network"u8);
            w.WriteString("remoteAddress"u8, peer.RemoteEndPoint.ToString());
            w.WriteBoolean("inbound"u8, peer.IsInbound);
            w.WriteBoolean("trusted"u8, peer.IsTrusted);
            w.WriteBoolean("static"u8, network.Book.IsStatic(peer.Id));
            w.WriteEndObject();
            w.WriteStartObject("protocols"u8);
            if (known.TryGetValue(peer.Id, out EthPeer? status)) WriteEth(w, status);
            w.WriteEndObject();
            w.WriteEndObject();
        }

        w.WriteEndArray();
    }

    private static void WriteEth(Utf8JsonWriter w, EthPeer peer)
    {
        BlockRange range = peer.Range;
        w.WriteStartObject("eth"u8);
        w.WriteNumber("version"u8, peer.Version);
        // eth/68 tells hashes only.
        if (peer.Version >= 69)
        {
            w.WriteNumber("earliestBlock"u8, range.Earliest);
            w.WriteNumber("latestBlock"u8, range.Latest);
        }

        w.WriteString("latestBlockHash"u8, range.LatestHash.ToString());
        w.WriteEndObject();
    }

    /// <summary>An inbound session's port is not the one that its node listens on.</summary>
    private static Enode EnodeOf(IPeer peer) => new(peer.PublicKey, new IPEndPoint(peer.RemoteEndPoint.Address, peer.RemoteEndPoint.Port));
}
