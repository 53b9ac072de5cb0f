using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network;

/// <summary>Where a node is and which key it has: <c>enode://KEY@HOST:PORT?discport=PORT</c>.</summary>
/// <param name="Host">An IP address, or a name that is looked up when it is dialled.</param>
/// <param name="TcpPort">Of RLPx.</param>
/// <param name="UdpPort">Of discovery; 0 when the node takes no part in it.</param>
public sealed record Enode(PublicKey PublicKey, string Host, int TcpPort, int UdpPort)
{
    private const string Scheme = "enode://";
    private const string DiscoveryPort = "discport=";
    private static readonly byte[] One = [.. new byte[31], 1];

    public Enode(PublicKey publicKey, IPEndPoint endPoint)
        : this(publicKey, endPoint.Address.ToString(), endPoint.Port, endPoint.Port)
    {
    }

    /// <summary>keccak256 of the key: the id of discv4, and of peers above the network.</summary>
    public Hash256 Id => Keccak256.Hash(PublicKey.Bytes);

    /// <summary>Null when <see cref="Host"/> is a name.</summary>
    public IPAddress? Address => IPAddress.TryParse(Host, out IPAddress? address) ? address : null;

    /// <summary>Of a node that says where it listens; null for one that does not.</summary>
    public static Enode? FromRecord(NodeRecord record)
    {
        if (record is { Address: { } four, TcpPort: { } tcp }) return new Enode(record.PublicKey, four.ToString(), tcp, record.UdpPort ?? 0);
        return record is { Address6: { } six, TcpPort6: { } tcp6 } ? new Enode(record.PublicKey, six.ToString(), tcp6, record.UdpPort6 ?? 0) : null;
    }

    /// <summary>Reads the text form, or a node record (<c>enr:…</c>) that says where the node listens.</summary>
    /// <param name="error">What is wrong with it, to be shown to whoever wrote it.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Enode? node, [NotNullWhen(false)] out string? error)
    {
        node = null;
        error = Read(text ?? "", ref node);
        return error is null;
    }

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Enode? node) => TryParse(text, out node, out _);

    /// <summary>The address, looked up if <see cref="Host"/> is a name (IPv4 first); null when nobody knows the name.</summary>
    public async ValueTask<IPAddress?> ResolveAsync(CancellationToken cancellation = default)
    {
        if (Address is { } written) return written;
        try
        {
            IPAddress[] found = await Dns.GetHostAddressesAsync(Host, cancellation);
            return Array.Find(found, address => address.AddressFamily == AddressFamily.InterNetwork) ?? found.FirstOrDefault();
        }
        catch (SocketException)
        {
            return null;
        }
    }

    public override string ToString()
    {
        string host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        string end = UdpPort == TcpPort ? "" : $"?{DiscoveryPort}{UdpPort.ToString(CultureInfo.InvariantCulture)}";
        return $"{Scheme}{Convert.ToHexStringLower(PublicKey.Bytes)}@{host}:{TcpPort.ToString(CultureInfo.InvariantCulture)}{end}";
    }

    private static string? Read(string text, ref Enode? node)
    {
        if (text.StartsWith("enr:", StringComparison.Ordinal)) return ReadRecord(text, ref node);
        if (!text.StartsWith(Scheme, StringComparison.Ordinal)) return $"it does not begin with {Scheme} or enr:";
        string rest = text[Scheme.Length..];
        int at = rest.IndexOf('@', StringComparison.Ordinal);
        if (at != 2 * PublicKey.Size || !PublicKey.TryParse(rest[..at], out PublicKey? key)) return "128 hex digits of the node's public key are missing between // and @";
        if (!IsPoint(key)) return "its public key is not a point of the curve";

        string place = rest[(at + 1)..], query = "";
        if (place.Split('?', 2) is [var before, var after]) (place, query) = (before, after);
        int colon = place.LastIndexOf(':');
        if (colon < 1 || !TryReadPort(place[(colon + 1)..], out int tcp) || tcp == 0) return "the port (1 to 65535) is missing at its end";
        string host = place[..colon];
        if (host is ['[', .., ']']) host = host[1..^1];
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown) return $"'{host}' is neither an address nor a name";

        int udp = tcp;
        bool hasQuery = query.Length > 0;
        if (hasQuery && !(query.StartsWith(DiscoveryPort, StringComparison.Ordinal) && TryReadPort(query[DiscoveryPort.Length..], out udp)))
        {
            return $"only {DiscoveryPort}PORT may stand behind the question mark";
        }

        node = new Enode(key, host, tcp, udp);
        return null;
    }

    private static string? ReadRecord(string text, ref Enode? node)
    {
        if (!NodeRecord.TryParse(text, out NodeRecord? record)) return $"it is no node record with a good signature; give the whole text, or its {Scheme} form";
        node = FromRecord(record);
        return node is null ? "the record does not say where the node listens: it needs ip and tcp" : null;
    }

    private static bool TryReadPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= ushort.MaxValue;

    private static bool IsPoint(PublicKey key)
    {
        Span<byte> x = stackalloc byte[32];
        return Secp256k1.Default.TryEcdh(One, key.Bytes, x);
    }
}
