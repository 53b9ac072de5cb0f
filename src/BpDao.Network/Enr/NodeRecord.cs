using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network;

/// <summary>What a node says of itself, signed (EIP-778, identity scheme <c>v4</c>): its key, addresses, ports, forks. A record that is here was verified.</summary>
public sealed class NodeRecord
{
    /// <summary>Longest encoding in bytes.</summary>
    public const int MaxBytes = 300;

    private readonly byte[] _encoded;
    private readonly SortedDictionary<string, byte[]> _values;

    internal NodeRecord(byte[] encoded, PublicKey publicKey, ulong sequence, SortedDictionary<string, byte[]> values)
    {
        _encoded = encoded;
        _values = values;
        PublicKey = publicKey;
        Id = Keccak256.Hash(publicKey.Bytes);
        Sequence = sequence;
    }

    public PublicKey PublicKey { get; }

    /// <summary>keccak256 of the key.</summary>
    public Hash256 Id { get; }

    /// <summary>Higher in every newer record of a node.</summary>
    public ulong Sequence { get; }

    /// <summary>rlp [signature, sequence, key, value, …].</summary>
    public ReadOnlySpan<byte> Encoded => _encoded;

    /// <summary>IPv4 (<c>ip</c>); null without or when it is not 4 bytes.</summary>
    public IPAddress? Address => Bytes("ip") is { Length: 4 } ip ? new IPAddress(ip) : null;

    /// <summary>IPv6 (<c>ip6</c>).</summary>
    public IPAddress? Address6 => Bytes("ip6") is { Length: 16 } ip ? new IPAddress(ip) : null;

    public int? TcpPort => Port("tcp");

    public int? UdpPort => Port("udp");

    /// <summary>Of IPv6; that of IPv4 unless said otherwise.</summary>
    public int? TcpPort6 => Port("tcp6") ?? TcpPort;

    /// <summary>Of IPv6; that of IPv4 unless said otherwise.</summary>
    public int? UdpPort6 => Port("udp6") ?? UdpPort;

    /// <summary>The entry <c>eth</c>: rlp [[hash, next], …] (EIP-2124); null without or when it is malformed.</summary>
    public ForkId? Forks
    {
        get
        {
            if (!TryGet("eth", out ReadOnlySpan<byte> value)) return null;
            RlpReader reader = new(value);
            return reader.TryReadList(out RlpReader entry) && ForkId.TryRead(ref entry, out ForkId id) ? id : null;
        }
    }

    /// <summary>The value of any key, as RLP.</summary>
    public bool TryGet(string key, out ReadOnlySpan<byte> value)
    {
        bool found = _values.TryGetValue(key, out byte[]? bytes);
        value = bytes;
        return found;
    }

    /// <summary>Reads and verifies an encoding from anybody; false when it is too long, malformed, of another scheme or not signed by its key.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out NodeRecord? record) => NodeRecordCodec.TryDecode(encoded, out record);

    /// <summary>Reads and verifies <c>enr:…</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out NodeRecord? record) => NodeRecordCodec.TryParse(text, out record);

    /// <summary>The text form, <c>enr:…</c>.</summary>
    public override string ToString() => NodeRecordCodec.Text(_encoded);

    private byte[]? Bytes(string key)
    {
        if (!TryGet(key, out ReadOnlySpan<byte> value)) return null;
        RlpReader reader = new(value);
        return reader.TryReadBytes(out ReadOnlySpan<byte> bytes) ? bytes.ToArray() : null;
    }

    private int? Port(string key) =>
        Bytes(key) is { Length: 1 or 2 } port && port[0] != 0 ? (port.Length == 1 ? port[0] : BinaryPrimitives.ReadUInt16BigEndian(port)) : null;
}
