using System.Collections;
using System.Net;
using BpDao.Network;
using BpDao.Node.Composition;
using BpDao.Node.Options;
using BpDao.Specs;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace BpDao.Node.Tests.Composition;

/// <summary>What a node tells others of where it is.</summary>
public sealed class WireNetworkTests : IDisposable
{
    private readonly TestChain _chain = new();
    private readonly string _knownNodes = Path.GetTempFileName();

    public void Dispose()
    {
        _chain.Dispose();
        File.Delete(_knownNodes);
    }

    [Theory]
    [InlineData("203.0.113.9")]
    [InlineData("2001:db8::9")]
    public async Task The_address_that_the_operator_names_stands_in_the_enode_and_in_the_signed_record(string address)
    {
        await using WireNetwork wires = await StartAsync("--nat", $"extip:{address}");

        Assert.True(Enode.TryParse(wires.Self!.ToString(), out Enode? told));
        Assert.Equal(IPAddress.Parse(address), told.Address);
        Assert.True(NodeRecord.TryParse(wires.Record!.ToString(), out NodeRecord? record));
        Assert.Equal(told, Enode.FromRecord(record));
    }

    [Fact]
    public async Task Without_one_it_is_the_address_that_the_node_listens_on()
    {
        await using WireNetwork wires = await StartAsync();

        Assert.Equal("127.0.0.1", wires.Self!.Host);
        Assert.Equal(IPAddress.Loopback, wires.Record!.Address);
    }

    private async Task<WireNetwork> StartAsync(params string[] arguments)
    {
        string[] all = ["--p2p.host", "127.0.0.1", "--port", "0", .. arguments];
        Assert.True(Settings.TryRead(all, new Hashtable(), [typeof(NodeOptions), typeof(NetworkOptions)], out Settings? settings, out _, out List<string> faults), string.Join('\n', faults));
        WireNetwork wires = new(TestKeys.Of("node"), settings.Get<NetworkOptions>(), _knownNodes, _chain.Time, NullLoggerFactory.Instance);
        await wires.StartAsync([], new ChainForks(_chain.Tree, _chain.Spec.ToForkHistory(_chain.Tree.Genesis.Hash)), CancellationToken.None);
        return wires;
    }
}
