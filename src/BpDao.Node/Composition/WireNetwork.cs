using System.Net;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Network;
using BpDao.Node.Commands;
using BpDao.Node.Options;
using Microsoft.Extensions.Logging;

namespace BpDao.Node.Composition;

/// <summary>A node's wires: RLPx sessions over TCP, with those that the operator named and those that come.</summary>
internal sealed class WireNetwork : INodeNetwork
{
    private readonly PrivateKey _nodeKey;
    private readonly NetworkOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly NamedPeers _named;
    private RlpxHost? _host;

    /// <param name="nodeKey">Owned by this object from now on.</param>
    public WireNetwork(PrivateKey nodeKey, NetworkOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        (_nodeKey, _options, _time, _loggers) = (nodeKey, options, time, loggers);
        _named = new NamedPeers(options, time, loggers.CreateLogger<NamedPeers>());
        Id = Keccak256.Hash(nodeKey.PublicKey.Bytes);
    }

    public Hash256 Id { get; }

    public IReadOnlyList<IPeer> Peers => _host?.Peers ?? [];

    public bool IsListening => _host?.LocalEndPoint is not null;

    /// <summary>How others reach this node, as far as it knows itself.</summary>
    public Enode? Self => _host?.LocalEndPoint is { } local
        ? new Enode(_nodeKey.PublicKey, new IPEndPoint(_options.ExternalAddress() ?? Reachable(local.Address), local.Port))
        : null;

    public async Task StartAsync(IReadOnlyList<IProtocol> protocols, CancellationToken cancellation)
    {
        RlpxOptions rlpx = new() { Listen = new IPEndPoint(_options.ListenAddress(), _options.Port), ClientId = VersionCommand.ClientVersion };
        _host = new RlpxHost(_nodeKey, protocols, _named, rlpx, _time, _loggers);
        try
        {
            await _host.StartAsync();
        }
        catch (IOException e)
        {
            throw new OperatorFault($"--port: cannot listen on {_options.Host}:{_options.Port} for other nodes: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}", e);
        }

        _loggers.CreateLogger<WireNetwork>().LogInformation("Other nodes reach this one at {Enode}", Self);
    }

    public Task RunAsync(CancellationToken cancellation) => _named.RunAsync(_host!, cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        _nodeKey.Dispose();
    }

    private static IPAddress Reachable(IPAddress listening) => listening.Equals(IPAddress.Any) || listening.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback : listening;
}
