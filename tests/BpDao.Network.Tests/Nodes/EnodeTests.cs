using System.Net;
using BpDao.Testing;
using Xunit;

namespace BpDao.Network.Tests;

public sealed class EnodeTests
{
    private static readonly string Key = Convert.ToHexStringLower(TestKeys.A.PublicKey.Bytes);

    [Theory]
    [InlineData("127.0.0.1:30303", "127.0.0.1", 30303, 30303)]
    [InlineData("[::1]:30303?discport=0", "::1", 30303, 0)]
    [InlineData("node-2:1?discport=65535", "node-2", 1, 65535)]
    public void Is_read_and_written_the_same(string place, string host, int tcp, int udp)
    {
        string text = $"enode://{Key}@{place}";
        Assert.True(Enode.TryParse(text, out Enode? node));
        Assert.Equal((host, tcp, udp), (node.Host, node.TcpPort, node.UdpPort));
        Assert.Equal(TestKeys.A.PublicKey, node.PublicKey);
        Assert.Equal(text, node.ToString());
    }

    [Fact]
    public void A_discovery_port_that_equals_the_other_is_not_written()
    {
        Assert.True(Enode.TryParse($"enode://{Key}@10.0.0.1:7?discport=7", out Enode? node));
        Assert.Equal($"enode://{Key}@10.0.0.1:7", node.ToString());
        Assert.Equal(new Enode(TestKeys.A.PublicKey, new IPEndPoint(IPAddress.Parse("10.0.0.1"), 7)), node);
    }

    [Theory]
    [InlineData("", "enode://")]
    [InlineData("enr:-abc", "enode://")]
    [InlineData("enode://K", "128 hex digits")]
    [InlineData("enode://00@1.2.3.4:5", "128 hex digits")]
    [InlineData("enode://Z@1.2.3.4:5", "not a point")]
    [InlineData("enode://K@1.2.3.4", "port")]
    [InlineData("enode://K@1.2.3.4:0", "port")]
    [InlineData("enode://K@1.2.3.4:65536", "port")]
    [InlineData("enode://K@:5", "port")]
    [InlineData("enode://K@a b:5", "neither an address nor a name")]
    [InlineData("enode://K@1.2.3.4:5?udp=6", "discport=PORT")]
    [InlineData("enode://K@1.2.3.4:5?discport=-6", "discport=PORT")]
    public void What_is_wrong_with_it_is_said(string text, string expected)
    {
        text = text.Replace("Z", new string('1', 128), StringComparison.Ordinal).Replace("K", Key, StringComparison.Ordinal);
        Assert.False(Enode.TryParse(text, out _, out string? error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_are_looked_up_and_unknown_ones_are_nothing()
    {
        Assert.Equal(IPAddress.Loopback, await new Enode(TestKeys.A.PublicKey, "localhost", 1, 1).ResolveAsync());
        Assert.Null(await new Enode(TestKeys.A.PublicKey, "no-such-host.invalid", 1, 1).ResolveAsync());
    }
}
