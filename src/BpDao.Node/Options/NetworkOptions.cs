using System.Net;
using BpDao.Network;

namespace BpDao.Node.Options;

/// <summary>The wires to other nodes: where to listen, whom to connect to, how many to let in.</summary>
internal sealed record NetworkOptions : IValidatedOptions
{
    private const string External = "extip:";

    [Option("p2p.host", "IP address", "Address to listen on for other nodes; 127.0.0.1 keeps other machines out.")]
    public string Host { get; init; } = "0.0.0.0";

    [Option("port", "port", "TCP port for other nodes; 0 lets the system choose.", Max = 65535)]
    public int Port { get; init; } = 30303;

    [Option("nodekey", "path", "File with this node's own key (64 hex digits), made when it is missing; empty means nodekey inside the data directory.")]
    public string NodeKey { get; init; } = "";

    [Option("static-peers", "enode URLs", "Nodes to be connected with always.")]
    public IReadOnlyList<string> StaticPeers { get; init; } = [];

    [Option("trusted-peers", "enode URLs", "Nodes that are let in beyond max-peers and not dropped for a low score.")]
    public IReadOnlyList<string> TrustedPeers { get; init; } = [];

    [Option("bootnodes", "enode URLs", "Nodes that discovery asks first.")]
    public IReadOnlyList<string> Bootnodes { get; init; } = [];

    [Option("discovery", "on/off", "Find nodes and be found, by discv4 over UDP.")]
    public bool Discovery { get; init; } = true;

    [Option("discovery.port", "port", "UDP port of discovery; 0 means the number of --port.", Max = 65535)]
    public int DiscoveryPort { get; init; }

    [Option("max-peers", "peers", "Sessions with other nodes; trusted ones come on top.", Min = 1, Max = 1000)]
    public int MaxPeers { get; init; } = 50;

    [Option("nat", "none or extip:IP", "What other nodes are told of this one's address, where it differs from the one it listens on.")]
    public string Nat { get; init; } = "none";

    /// <summary>Null when other nodes find out by themselves.</summary>
    public IPAddress? ExternalAddress() => Nat.StartsWith(External, StringComparison.Ordinal) ? IPAddress.Parse(Nat.AsSpan(External.Length)) : null;

    public IPAddress ListenAddress() => Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(Host);

    /// <summary>After <see cref="Faults"/> found none.</summary>
    public PeerOptions ToPeerOptions() =>
        new() { StaticPeers = Parse(StaticPeers), TrustedPeers = Parse(TrustedPeers), Bootnodes = Parse(Bootnodes), MaxPeers = MaxPeers };

    public IEnumerable<string> Faults()
    {
        if (Host != "localhost" && !IPAddress.TryParse(Host, out _)) yield return $"p2p.host: '{Host}': want an IP address";
        if (Nat != "none" && !(Nat.StartsWith(External, StringComparison.Ordinal) && IPAddress.TryParse(Nat.AsSpan(External.Length), out _)))
        {
            yield return $"nat: '{Nat}': want none or extip: and an IP address";
        }

        foreach ((string key, IReadOnlyList<string> urls) in ((string, IReadOnlyList<string>)[])
            [("static-peers", StaticPeers), ("trusted-peers", TrustedPeers), ("bootnodes", Bootnodes)])
        {
            foreach (string url in urls)
            {
                if (!Enode.TryParse(url, out _, out string? error)) yield return $"{key}: '{url}': {error}";
            }
        }
    }

    /// <summary>After <see cref="Faults"/> found none.</summary>
    private static IReadOnlyList<Enode> Parse(IReadOnlyList<string> urls) =>
        [.. urls.Select(url => Enode.TryParse(url, out Enode? node, out string? error) ? node : throw new FormatException(error))];
}
