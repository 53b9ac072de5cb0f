using System.Net;
using System.Text.Json;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace BpDao.Network.Tests.Enr;

public sealed class NodeRecordTests
{
    private static readonly PrivateKey Key = new(Hex.Decode("0xb71c71a67e1177ad4e901695e1b4b9ee17ae16c6668d313eac2f96dbcda3f291"));

    [FixtureFact("p2p.zip")]
    public void The_published_record_is_read_and_made()
    {
        using JsonDocument vectors = Fixtures.ReadJson("p2p.zip", "enr-vector.json");
        JsonElement vector = vectors.RootElement;
        string text = vector.GetProperty("enr").GetString()!;
        Assert.True(NodeRecord.TryParse(text, out NodeRecord? record));
        Assert.Equal(vector.GetProperty("node_id").GetString(), record.Id.ToString());
        Assert.Equal(vector.GetProperty("seq").GetUInt64(), record.Sequence);
        Assert.Equal(IPAddress.Parse(vector.GetProperty("ip").GetString()!), record.Address);
        Assert.Equal(vector.GetProperty("udp").GetInt32(), record.UdpPort);
        Assert.Null(record.TcpPort);
        Assert.Null(record.Forks);
        Assert.Equal(Key.PublicKey, record.PublicKey);
        Assert.Equal(text, record.ToString());

        // The published signature has extra entropy, so only what is signed can be compared.
        NodeRecord made = NodeRecordCodec.Sign(Key, 1, Values(record, "ip", "udp"));
        Assert.Equal(record.Encoded[68..].ToArray(), made.Encoded[68..].ToArray());
        Assert.True(NodeRecord.TryDecode(made.Encoded, out _));
    }

    [Fact]
    public void A_record_carries_addresses_ports_and_forks()
    {
        LocalRecord local = new(Key, new LocalRecordContent(IPAddress.Parse("203.0.113.9"), 30303, 30304, new ForkId(0xdeadbeef, 77)), new FakeTimeProvider());
        Assert.True(NodeRecord.TryParse(local.Current.ToString(), out NodeRecord? read));
        Assert.Equal(IPAddress.Parse("203.0.113.9"), read.Address);
        Assert.Equal(30303, read.TcpPort);
        Assert.Equal(30304, read.UdpPort);
        Assert.Equal(new ForkId(0xdeadbeef, 77), read.Forks);
        Assert.True(read.Encoded.Length <= NodeRecord.MaxBytes);

        local.Update(c => c with { Address = IPAddress.Parse("2001:db8::9") });
        Assert.True(NodeRecord.TryParse(local.Current.ToString(), out NodeRecord? six));
        Assert.Null(six.Address);
        Assert.Equal(IPAddress.Parse("2001:db8::9"), six.Address6);
        Assert.Equal(30304, six.UdpPort6);
        Assert.Equal(read.Sequence + 1, six.Sequence);
    }

    [Fact]
    public void A_record_that_says_where_the_node_listens_stands_for_its_url()
    {
        LocalRecord local = new(Key, new LocalRecordContent(IPAddress.Parse("203.0.113.9"), 30303, 30304, null), new FakeTimeProvider());
        Assert.True(Enode.TryParse(local.Current.ToString(), out Enode? node));
        Assert.Equal(new Enode(Key.PublicKey, "203.0.113.9", 30303, 30304), node);
        local.Update(c => c with { TcpPort = 0 });
        Assert.False(Enode.TryParse(local.Current.ToString(), out _, out string? error));
        Assert.Contains("ip and tcp", error);
    }

    [Fact]
    public void Only_a_change_raises_the_sequence_number()
    {
        LocalRecord local = new(Key, new LocalRecordContent(null, 1, 1, new ForkId(1, 0)), new FakeTimeProvider());
        ulong first = local.Current.Sequence;
        local.Update(c => c with { Forks = new ForkId(1, 0) });
        Assert.Equal(first, local.Current.Sequence);
        local.Update(c => c with { Forks = new ForkId(2, 0) });
        Assert.Equal(first + 1, local.Current.Sequence);
    }

    [Fact]
    public void A_change_of_any_bit_makes_a_record_invalid()
    {
        byte[] good = NodeRecordCodec.Sign(Key, 5, [new("ip", NodeRecordCodec.Rlp([127, 0, 0, 1]))]).Encoded.ToArray();
        Assert.True(NodeRecord.TryDecode(good, out _));
        for (int bit = 0; bit < 8 * good.Length; bit++)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(NodeRecord.TryDecode(bad, out _), $"bit {bit}");
        }
    }

    [Fact]
    public void Unsorted_doubled_and_overlong_records_are_refused()
    {
        Assert.False(NodeRecord.TryDecode(Signed("a", "id", "secp256k1", "b"), out _));
        Assert.False(NodeRecord.TryDecode(Signed("a", "a", "id", "secp256k1"), out _));
        Assert.False(NodeRecord.TryDecode(Signed("a", "id"), out _));
        Assert.False(NodeRecord.TryDecode(Signed("a", "secp256k1"), out _));
        Assert.True(NodeRecord.TryDecode(Signed("a", "id", "secp256k1"), out _));
        Assert.False(NodeRecord.TryDecode(Signed([.. Enumerable.Range(0, 60).Select(i => $"a{i:d2}"), "id", "secp256k1"]), out _));
        Assert.Throws<ArgumentException>(() => NodeRecordCodec.Sign(Key, 1, [new("a", NodeRecordCodec.Rlp(new byte[200]))]));
        Assert.False(NodeRecord.TryParse("enr:" + new string('A', 100_000), out _));
        Assert.False(NodeRecord.TryParse("enr:***", out _));
        Assert.False(NodeRecord.TryParse("", out _));
    }

    /// <summary>A record with these keys in this order, correctly signed.</summary>
    private static byte[] Signed(params string[] keys)
    {
        RlpWriter pairs = new();
        pairs.Write(1ul);
        foreach (string key in keys)
        {
            pairs.Write(System.Text.Encoding.ASCII.GetBytes(key));
            if (key == "id") pairs.Write("v4"u8);
            else if (key == "secp256k1") pairs.Write([(byte)(2 + (Key.PublicKey.Bytes[^1] & 1)), .. Key.PublicKey.Bytes[..32]]);
            else pairs.Write("x"u8);
        }

        Hash256 digest = Keccak256.Hash(new RlpWriter().StartList().WriteRaw(pairs.WrittenSpan).EndList().WrittenSpan);
        byte[] signature = CompactSignature.ToArray(Secp256k1.Default.Sign(digest, Key.Bytes));
        return new RlpWriter().StartList().Write(signature.AsSpan(0, 64)).WriteRaw(pairs.WrittenSpan).EndList().ToArray();
    }

    private static IEnumerable<KeyValuePair<string, byte[]>> Values(NodeRecord record, params string[] keys)
    {
        List<KeyValuePair<string, byte[]>> values = [];
        foreach (string key in keys)
        {
            Assert.True(record.TryGet(key, out ReadOnlySpan<byte> value));
            values.Add(new(key, value.ToArray()));
        }

        return values;
    }
}
