using System.Net;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Network.Tests.Sessions;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace BpDao.Network.Tests.Peers;

/// <summary>Discovery, sessions and the dialler together, over real sockets of this machine.</summary>
public sealed class PeerNetworkTests
{
    [Fact]
    public async Task Nodes_that_know_one_bootnode_are_soon_all_connected()
    {
        await using RealNode boot = await RealNode.StartAsync([]);
        List<RealNode> nodes = [boot];
        for (int i = 0; i < 4; i++) nodes.Add(await RealNode.StartAsync([boot.Enode]));
        // Not who is connected in one moment: where both ends dialled, one of the two sessions ends again.
        await Task.WhenAll(nodes.Select(n => n.MeetsAsync(nodes.Where(other => other != n).Select(other => other.Id)))).WaitAsync(TimeSpan.FromSeconds(90));

        foreach (RealNode node in nodes[1..]) await node.DisposeAsync();
    }

    [Fact]
    public async Task An_offender_is_told_why_and_stays_out()
    {
        await using RealNode node = await RealNode.StartAsync([]);
        PrivateKey key = PrivateKey.Generate();
        RealNode offender = await RealNode.StartAsync([], key);
        node.Protocol.Received = (peer, _, _) => peer.Penalise(50, "a forged message");
        Assert.Equal(DialOutcome.Connected, (await offender.Host.DialAsync(node.Enode)).Outcome);
        TestHandler session = await offender.Protocol.NextAsync();
        session.TrySend(0, 1);
        session.TrySend(0, 2);
        Assert.Equal(DisconnectReason.BreachOfProtocol, await session.Ended);

        // A restart with the same key does not help.
        await offender.DisposeAsync();
        await using RealNode again = await RealNode.StartAsync([], key);
        await again.Host.DialAsync(node.Enode);
        Assert.Equal(DisconnectReason.UselessPeer, await (await again.Protocol.NextAsync()).Ended);
        Assert.Equal(1, node.Dialler.Statistics.Banned);
    }

    /// <summary>What a node's composition makes of the network.</summary>
    private sealed class RealNode : IAsyncDisposable
    {
        private readonly PrivateKey _key;
        private readonly HashSet<Hash256> _met = [];
        private readonly TaskCompletionSource _allMet = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private List<Hash256> _awaited = [];

        private RealNode(IReadOnlyList<Enode> bootnodes, PrivateKey key)
        {
            _key = key;
            PeerOptions options = new() { Bootnodes = bootnodes, MaxPeers = 20 };
            PeerBook book = new(options);
            PeerGate gate = new(options, book, TimeProvider.System, NullLogger.Instance);
            RlpxOptions rlpx = new() { Listen = new IPEndPoint(IPAddress.Loopback, 0) };
            Host = new RlpxHost(_key, [Protocol], gate, rlpx, TimeProvider.System, NullLoggerFactory.Instance);
            Socket = new UdpSocket(new IPEndPoint(IPAddress.Loopback, 0), NullLogger.Instance);
            Record = new LocalRecord(_key, new LocalRecordContent(IPAddress.Loopback, 0, Socket.LocalEndPoint.Port, null), TimeProvider.System);
            DiscoveryOptions discovery = new() { Bootnodes = bootnodes, RefreshInterval = TimeSpan.FromSeconds(10) };
            Discovery = new NodeDiscovery(_key, Record, discovery, Socket, TimeProvider.System, NullLogger.Instance);
            Dialler = new PeerDialler(Host, gate, book, options, Discovery, new KnownNodes(null, NullLogger.Instance), TimeProvider.System, NullLogger.Instance);
            Host.SessionOpened += OnOpened;
        }

        public TestProtocol Protocol { get; } = new();

        public RlpxHost Host { get; }

        public UdpSocket Socket { get; }

        public LocalRecord Record { get; }

        public NodeDiscovery Discovery { get; }

        public PeerDialler Dialler { get; }

        public Hash256 Id => Record.Current.Id;

        public Enode Enode => new(_key.PublicKey, IPAddress.Loopback.ToString(), Host.LocalEndPoint!.Port, Socket.LocalEndPoint.Port);

        public static async Task<RealNode> StartAsync(IReadOnlyList<Enode> bootnodes, PrivateKey? key = null)
        {
            RealNode node = new(bootnodes, key ?? PrivateKey.Generate());
            await node.Host.StartAsync();
            node.Record.Update(c => c with { TcpPort = node.Host.LocalEndPoint!.Port });
            await node.Discovery.StartAsync();
            node.Dialler.Start();
            return node;
        }

        /// <summary>Completes when there was a session with each of them.</summary>
        public Task MeetsAsync(IEnumerable<Hash256> others)
        {
            lock (_met)
            {
                _awaited = [.. others];
                Check();
                return _allMet.Task;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Dialler.DisposeAsync();
            Discovery.Dispose();
            await Host.DisposeAsync();
        }

        private void OnOpened(IPeer peer)
        {
            lock (_met)
            {
                _met.Add(peer.Id);
                Check();
            }
        }

        private void Check()
        {
            if (_awaited.Count > 0 && _met.IsSupersetOf(_awaited)) _allMet.TrySetResult();
        }
    }
}
