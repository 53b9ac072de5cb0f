using System.Globalization;
using System.Net;
using System.Text.Json;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Node.Engines;
using BpDao.Node.Options;
using BpDao.Node.Storage;
using BpDao.Specs;

namespace BpDao.Node.Commands.Devnet.Processes;

/// <summary>Writes what each node of a fleet needs into a directory of its own: chainspec, node key, configuration. Each is then started by
/// <c>bpdao run --config DIRECTORY/config.json</c>, here or by other tools.</summary>
internal static class FleetPreparation
{
    // What one node cannot share with the others, or what its supervisor decides.
    private static readonly HashSet<string> Own =
        ["config", "datadir", "chain", "account", "port", "nodekey", "static-peers", "discovery", "http.port", "producers", "block-time", "processes", "prepare", "hosts", "p2p.host", "blocks", "json", "print-blocks"];

    /// <summary>The nodes, in order. What was written before stays: node keys are kept, configurations follow the options. Nodes that run there go on;
    /// they read their configuration at the next start.</summary>
    /// <exception cref="OperatorFault">A directory holds another chain, or the ports run out.</exception>
    public static IReadOnlyList<FleetNode> Prepare(DataDirectory data, ChainSpec spec, EngineChainInfo info, Settings settings, FleetPorts ports)
    {
        int count = settings.Get<DevnetOptions>().Processes;
        if (ports.PeerToPeer == 0) throw new OperatorFault($"--port: 0 does not tell {count} nodes where the others are: want the first of as many ports in a row");
        if (ports.Last(count) > ushort.MaxValue) throw new OperatorFault($"--port, --http.port: {count} nodes from there on need ports above {ushort.MaxValue}");
        List<FleetNode> nodes = [];
        for (int i = 0; i < count; i++) nodes.Add(PrepareNode(data, spec, info, HostOf(settings, i), ports, i));
        foreach (FleetNode node in nodes) WriteConfig(node, nodes, settings);
        return nodes;
    }

    private static FleetNode PrepareNode(DataDirectory data, ChainSpec spec, EngineChainInfo info, string host, FleetPorts ports, int index)
    {
        string path = data.Combine($"node{index}");
        using DataDirectory directory = DataDirectory.Visit(path);
        NodeChain.KeepOrCompare(spec, directory);
        Address? account = null;
        if (index < info.ProducerKeys.Count)
        {
            using PrivateKey key = new(info.ProducerKeys[index].Bytes);
            account = key.Address;
        }

        using PrivateKey nodeKey = NodeKeyFile.Open("", directory);
        return new FleetNode(index, path, account, nodeKey.PublicKey, host, ports.PeerToPeer + index, ports.Http == 0 ? 0 : ports.Http + index);
    }

    private static string HostOf(Settings settings, int index) =>
        settings.Get<DevnetOptions>().Hosts.Replace("{i}", index.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static void WriteConfig(FleetNode node, List<FleetNode> all, Settings settings)
    {
        using MemoryStream content = new();
        using (Utf8JsonWriter json = new(content, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("datadir"u8, node.Directory);
            if (node.Account is { } account) json.WriteString("account"u8, account.ToString());
            json.WriteString("p2p.host"u8, IPAddress.TryParse(node.Host, out IPAddress? host) && IPAddress.IsLoopback(host) ? node.Host : "0.0.0.0");
            json.WriteNumber("port"u8, node.Port);
            json.WriteBoolean("discovery"u8, false);
            if (all.Count > settings.Get<NetworkOptions>().MaxPeers) json.WriteNumber("max-peers"u8, all.Count);
            json.WriteStartArray("static-peers"u8);
            foreach (FleetNode other in all)
            {
                if (other != node) json.WriteStringValue(other.Enode.ToString());
            }

            json.WriteEndArray();
            json.WriteNumber("http.port"u8, node.HttpPort);
            foreach ((OptionDefinition option, string value, string source) in settings.Explain())
            {
                if (source != "default" && !Own.Contains(option.Key)) json.WriteString(option.Key, value);
            }

            json.WriteEndObject();
        }

        string partial = node.ConfigFile + ".partial";
        File.WriteAllBytes(partial, content.ToArray());
        File.Move(partial, node.ConfigFile, overwrite: true);
    }
}

/// <summary>The first node's ports; the others follow upwards.</summary>
/// <param name="Http">0: every node takes any free one.</param>
internal readonly record struct FleetPorts(int PeerToPeer, int Http)
{
    public int Last(int count) => Math.Max(PeerToPeer, Http) + count - 1;
}
