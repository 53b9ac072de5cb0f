using System.Net;
using BpDao.Core;
using BpDao.Crypto;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace BpDao.Network.Tests.Discovery;

public sealed class KademliaTableTests
{
    private static readonly Hash256 Self = Keccak256.Hash("self"u8);
    private static readonly IPEndPoint Local = IPEndPoint.Parse("10.0.0.1:30303");

    [Fact]
    public void Distance_is_the_highest_bit_that_differs()
    {
        Hash256 zero = default;
        Assert.Equal(0, KademliaTable.Distance(zero, zero));
        for (int bit = 0; bit < 256; bit++)
        {
            byte[] id = new byte[32];
            id[31 - (bit / 8)] = (byte)(1 << (bit % 8));
            Assert.Equal(bit + 1, KademliaTable.Distance(zero, new Hash256(id)));
            for (int lower = 0; lower < bit; lower++) id[31 - (lower / 8)] |= (byte)(1 << (lower % 8));
            Assert.Equal(bit + 1, KademliaTable.Distance(new Hash256(id), zero));
        }
    }

    [Fact]
    public void Buckets_are_bounded_and_hold_who_belongs_there() =>
        Gen.Int[1, 3000].Sample(count =>
        {
            KademliaTable table = new(Self, new FakeTimeProvider());
            for (int i = 0; i < count; i++) table.Seen(Contact(i, Local));
            Assert.All(table.Nodes.GroupBy(n => KademliaTable.Distance(Self, n.Contact.Id)), b => Assert.InRange(b.Count(), 1, KademliaTable.BucketSize));
            Assert.Equal(table.Count, table.Nodes.Select(n => n.Contact.Id).Distinct().Count());
            Assert.All(table.Nodes, n => Assert.Same(n, table.Find(n.Contact.Id)));
        }, iter: 10);

    [Fact]
    public void The_closest_are_the_closest()
    {
        KademliaTable table = new(Self, new FakeTimeProvider());
        for (int i = 0; i < 500; i++) table.Seen(Contact(i, Local));
        for (int t = 0; t < 50; t++)
        {
            UInt256 target = UInt256.FromHash(Keccak256.Hash(BitConverter.GetBytes(t)));
            UInt256[] all = [.. table.Nodes.Select(n => UInt256.FromHash(n.Contact.Id) ^ target).Order()];
            Assert.Equal(all.Take(16), table.Closest(target.ToHash(), 16).Select(n => UInt256.FromHash(n.Id) ^ target));
        }
    }

    [Fact]
    public void A_full_bucket_keeps_whom_it_knows_until_he_is_gone()
    {
        KademliaTable table = new(Self, new FakeTimeProvider());
        NodeContact[] far = [.. Enumerable.Range(0, 200).Select(i => Contact(i, Local)).Where(c => KademliaTable.Distance(Self, c.Id) == 256).Take(20)];
        foreach (NodeContact contact in far) table.Seen(contact);
        Assert.Equal(far[..16].Select(c => c.Id), table.Nodes.Select(n => n.Contact.Id));
        table.Remove(far[3].Id);
        Assert.Equal(16, table.Count);
        Assert.Null(table.Find(far[3].Id));
        Assert.NotNull(table.Find(far[19].Id));
        for (int i = 0; i < 5; i++) table.Remove(far[4 + i].Id);
        Assert.Equal(14, table.Count);
    }

    [Fact]
    public void One_subnet_of_the_internet_gets_no_more_than_its_share()
    {
        KademliaTable table = new(Self, new FakeTimeProvider());
        for (int i = 0; i < 1000; i++) table.Seen(Contact(i, new IPEndPoint(new IPAddress([203, 0, 113, (byte)i]), 30303)));
        Assert.InRange(table.Count, 2, KademliaTable.MaxOfSubnet);
        Assert.All(table.Nodes.GroupBy(n => KademliaTable.Distance(Self, n.Contact.Id)), b => Assert.InRange(b.Count(), 1, KademliaTable.MaxOfSubnetInBucket));
    }

    [Fact]
    public void This_node_is_never_in_its_own_table()
    {
        NodeContact self = Contact(1, Local);
        KademliaTable table = new(self.Id, new FakeTimeProvider());
        Assert.Null(table.Seen(self));
        Assert.Equal(0, table.Count);
    }

    [Theory]
    [InlineData("8.8.8.8", "9.9.9.9", true)]
    [InlineData("10.0.0.1", "9.9.9.9", false)]
    [InlineData("10.0.0.1", "192.168.0.1", true)]
    [InlineData("172.31.255.255", "8.8.8.8", false)]
    [InlineData("172.32.0.1", "8.8.8.8", true)]
    [InlineData("127.0.0.1", "10.0.0.1", false)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("224.0.0.1", "127.0.0.1", false)]
    [InlineData("255.255.255.255", "127.0.0.1", false)]
    [InlineData("0.0.0.0", "127.0.0.1", false)]
    [InlineData("::", "::1", false)]
    [InlineData("fd00::1", "2a00::1", false)]
    [InlineData("2a00::2", "2a00::1", true)]
    public void Nobody_outside_can_send_us_to_machines_inside(string address, string relay, bool believable) =>
        Assert.Equal(believable, NetworkAddress.IsBelievable(IPAddress.Parse(address), IPAddress.Parse(relay)));

    internal static NodeContact Contact(int number, IPEndPoint at)
    {
        byte[] key = new byte[PublicKey.Size];
        BitConverter.TryWriteBytes(key, number);
        return new NodeContact(new PublicKey(key), at, 30303);
    }
}
