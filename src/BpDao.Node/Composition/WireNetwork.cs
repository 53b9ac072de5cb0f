using System.Net;
using System.Net.Sockets;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Network;
using BpDao.Node.Commands;
using BpDao.Node.Options;
using Microsoft.Extensions.Logging;

namespace BpDao.Node.Composition;

/// <summary>A node's wires: RLPx sessions over TCP, with those that the operator named, that discovery finds and that come.</summary>
internal sealed class WireNetwork : INodeNetwork
{
    private static readonly TimeSpan RecordInterval = TimeSpan.FromSeconds(10);

    private readonly PrivateKey _nodeKey;
    private readonly NetworkOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly PeerOptions _peers;
    private readonly PeerBook _book;
    private readonly PeerGate _gate;
    private readonly KnownNodes _known;
    private RlpxHost? _host;
    private LocalRecord? _record;
    private NodeDiscovery? _discovery;
    private ChainForks? _forks;

    /// <param name="nodeKey">Owned by this object from now on.</param>
    /// <param name="knownNodes">File of nodes that sessions were held with.</param>
    public WireNetwork(PrivateKey nodeKey, NetworkOptions options, string knownNodes, TimeProvider time, ILoggerFactory loggers)
    {
        (_nodeKey, _options, _time, _loggers) = (nodeKey, options, time, loggers);
        _peers = options.ToPeerOptions();
        _book = new PeerBook(_peers);
        _gate = new PeerGate(_peers, _book, time, loggers.CreateLogger<PeerGate>());
        _known = new KnownNodes(knownNodes, loggers.CreateLogger<KnownNodes>());
        Id = Keccak256.Hash(nodeKey.PublicKey.Bytes);
    }

    public Hash256 Id { get; }

    public IReadOnlyList<IPeer> Peers => _host?.Peers ?? [];

    public bool IsListening => _host?.LocalEndPoint is not null;

    /// <summary>Dials; null before the start.</summary>
    public PeerDialler? Dialler { get; private set; }

    /// <summary>Nodes that the operator named.</summary>
    public PeerBook Book => _book;

    /// <summary>This node's own record; null before the start.</summary>
    public NodeRecord? Record => _record?.Current;

    /// <summary>Null before the start and where it is switched off.</summary>
    public NodeDiscovery? Discovery => _discovery;

    /// <summary>How others reach this node, as far as it knows itself.</summary>
    public Enode? Self => _host?.LocalEndPoint is { } local
        ? new Enode(_nodeKey.PublicKey, (_options.ExternalAddress() ?? Reachable(local.Address)).ToString(), local.Port, _discovery?.LocalEndPoint.Port ?? 0)
        : null;

    public async Task StartAsync(IReadOnlyList<IProtocol> protocols, ChainForks forks, CancellationToken cancellation)
    {
        _forks = forks;
        RlpxOptions rlpx = new() { Listen = new IPEndPoint(_options.ListenAddress(), _options.Port), ClientId = VersionCommand.ClientVersion };
        _host = new RlpxHost(_nodeKey, protocols, _gate, rlpx, _time, _loggers);
        try
        {
            await _host.StartAsync();
        }
        catch (IOException e)
        {
            throw new OperatorFault($"--port: cannot listen on {_options.Host}:{_options.Port} for other nodes: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}", e);
        }

        int tcpPort = _host.LocalEndPoint!.Port;
        UdpSocket? udp = _options.Discovery ? OpenUdp(tcpPort) : null;
        LocalRecordContent content = new(_options.ExternalAddress() ?? Specific(_options.ListenAddress()), tcpPort, udp?.LocalEndPoint.Port ?? 0, forks.Current);
        _record = new LocalRecord(_nodeKey, content, _time);
        if (udp is not null)
        {
            DiscoveryOptions discovery = new() { Bootnodes = _peers.Bootnodes, KnownNodes = _known.Nodes, IsCompatible = forks.IsCompatible };
            _discovery = new NodeDiscovery(_nodeKey, _record, discovery, udp, _time, _loggers.CreateLogger<NodeDiscovery>());
            await _discovery.StartAsync(cancellation);
        }

        Dialler = new PeerDialler(_host, _gate, _book, _peers, _discovery, _known, _time, _loggers.CreateLogger<PeerDialler>());
        _loggers.CreateLogger<WireNetwork>().LogInformation("Other nodes reach this one at {Enode}", Self);
    }

    /// <summary>Dials, and tells in the record of forks that pass.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Dialler!.Start();
        using PeriodicTimer timer = new(RecordInterval, _time);
        while (await timer.WaitForNextTickAsync(cancellation)) _record!.Update(c => c with { Forks = _forks!.Current });
    }

    public async ValueTask DisposeAsync()
    {
        if (Dialler is not null) await Dialler.DisposeAsync();
        _discovery?.Dispose();
        if (_host is not null) await _host.DisposeAsync();
        _nodeKey.Dispose();
    }

    /// <summary>The number of the TCP port unless another is asked for. Where the system chose that one, UDP may have it in use: then the system chooses again.</summary>
    private UdpSocket OpenUdp(int tcpPort)
    {
        IPAddress address = _options.ListenAddress();
        ILogger log = _loggers.CreateLogger<UdpSocket>();
        int port = _options.DiscoveryPort != 0 ? _options.DiscoveryPort : tcpPort;
        try
        {
            return new UdpSocket(new IPEndPoint(address, port), log);
        }
        catch (SocketException e) when (_options is { Port: 0, DiscoveryPort: 0 } && e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return new UdpSocket(new IPEndPoint(address, 0), log);
        }
        catch (SocketException e)
        {
            throw new OperatorFault(
                $"--discovery.port: cannot listen on UDP {_options.Host}:{port}: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}; choose another, or --discovery false", e);
        }
    }

    private static IPAddress Reachable(IPAddress listening) => Specific(listening) ?? IPAddress.Loopback;

    /// <summary>Null for all addresses of the machine: which of them others see, they know better.</summary>
    private static IPAddress? Specific(IPAddress listening) => listening.Equals(IPAddress.Any) || listening.Equals(IPAddress.IPv6Any) ? null : listening;
}
