using System.Net;
using System.Text;
using BpDao.Core;
using BpDao.Crypto;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace BpDao.Network.Tests.Discovery;

/// <summary>A node with discovery in a simulated network.</summary>
internal sealed class TestNode : IDisposable
{
    public TestNode(SimulatedUdp network, string endPoint, DiscoveryOptions? options = null, ForkId? forks = null)
    {
        // The same place has the same key in every run, and with it the same neighbours.
        Key = new PrivateKey(Keccak256.Hash(Encoding.ASCII.GetBytes(endPoint)).Bytes);
        EndPoint = IPEndPoint.Parse(endPoint);
        Record = new LocalRecord(Key, new LocalRecordContent(EndPoint.Address, EndPoint.Port, EndPoint.Port, forks), network.Time);
        Discovery = new NodeDiscovery(Key, Record, options ?? new DiscoveryOptions(), network.Open(EndPoint), network.Time, NullLogger.Instance);
    }

    public PrivateKey Key { get; }

    public IPEndPoint EndPoint { get; }

    public LocalRecord Record { get; }

    public NodeDiscovery Discovery { get; }

    public Hash256 Id => Record.Current.Id;

    public Enode Enode => new(Key.PublicKey, EndPoint);

    public TestNode Started()
    {
        Assert.True(Discovery.StartAsync().IsCompletedSuccessfully);
        return this;
    }

    public void Dispose()
    {
        Discovery.Dispose();
        Key.Dispose();
    }
}
