using System.Net;
using System.Net.Sockets;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network;

/// <summary>This node's own record, signed again with the next sequence number whenever something in it changes. Thread-safe.</summary>
public sealed class LocalRecord
{
    private readonly Lock _gate = new();
    private readonly PrivateKey _key;
    private volatile NodeRecord _current;
    private LocalRecordContent _content;

    /// <param name="time">The first sequence number is the time in milliseconds, so that it grows over restarts without being stored.</param>
    public LocalRecord(PrivateKey key, LocalRecordContent content, TimeProvider time)
    {
        _key = key;
        _content = content;
        _current = NodeRecordCodec.Sign(key, (ulong)time.GetUtcNow().ToUnixTimeMilliseconds(), Values(content));
    }

    public NodeRecord Current => _current;

    /// <summary>Changes the content; the same content again changes nothing.</summary>
    public void Update(Func<LocalRecordContent, LocalRecordContent> change)
    {
        lock (_gate)
        {
            LocalRecordContent next = change(_content);
            if (next == _content) return;
            _content = next;
            _current = NodeRecordCodec.Sign(_key, _current.Sequence + 1, Values(next));
        }
    }

    private static IEnumerable<KeyValuePair<string, byte[]>> Values(LocalRecordContent content)
    {
        if (content.Address is { } address)
        {
            bool six = address.AddressFamily == AddressFamily.InterNetworkV6;
            yield return new(six ? "ip6" : "ip", NodeRecordCodec.Rlp(address.GetAddressBytes()));
        }

        if (content.TcpPort > 0) yield return new("tcp", Port(content.TcpPort));
        if (content.UdpPort > 0) yield return new("udp", Port(content.UdpPort));
        if (content.Forks is { } forks)
        {
            RlpWriter writer = new();
            writer.StartList();
            forks.Write(writer);
            yield return new("eth", writer.EndList().ToArray());
        }
    }

    private static byte[] Port(int port) => new RlpWriter().Write((ulong)port).ToArray();
}

/// <summary>What this node says of itself.</summary>
/// <param name="Address">Where others reach it; null when it does not know.</param>
/// <param name="TcpPort">Of RLPx; 0 when it does not listen.</param>
/// <param name="UdpPort">Of discovery; 0 when it takes no part.</param>
/// <param name="Forks">At its head.</param>
public sealed record LocalRecordContent(IPAddress? Address, int TcpPort, int UdpPort, ForkId? Forks);
