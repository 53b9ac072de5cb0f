using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace BpDao.Network;

/// <summary>What kind of address an address is.</summary>
internal static class NetworkAddress
{
    /// <summary>Loopback, private (RFC 1918, RFC 4193) or link-local: one operator's, so several nodes behind it are nothing strange.</summary>
    public static bool IsLocal(IPAddress address)
    {
        if (IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal) return true;
        if (address.AddressFamily != AddressFamily.InterNetwork) return false;
        uint ip = ToUInt32(address);
        return ip >> 24 == 10 || ip >> 20 == 0xac1 || ip >> 16 is 0xc0a8 or 0xa9fe;
    }

    /// <summary>One host can be there: not unspecified, multicast, broadcast or reserved.</summary>
    public static bool IsHost(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork) return !address.IsIPv6Multicast && !address.Equals(IPAddress.IPv6Any);
        uint first = ToUInt32(address) >> 24;
        return first is > 0 and < 224;
    }

    /// <summary>Whether a node at <paramref name="relay"/> can know a node at <paramref name="address"/>: loopback addresses come from loopback only, private ones
    /// from private ones. Anything else would send our packets to our own network's machines at a stranger's wish.</summary>
    public static bool IsBelievable(IPAddress address, IPAddress relay)
    {
        if (!IsHost(address)) return false;
        if (IPAddress.IsLoopback(address)) return IPAddress.IsLoopback(relay);
        return !IsLocal(address) || IsLocal(relay);
    }

    /// <summary>Who is behind an address, for limits: the address itself, of IPv6 the /64 that one customer has.</summary>
    public static UInt128 Owner(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork ? ToUInt32(address) : ToUInt128(address) & ~(UInt128)ulong.MaxValue;

    /// <summary>The neighbourhood of an address, which one owner may have whole: /24, of IPv6 /48.</summary>
    public static UInt128 Subnet(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork ? ToUInt32(address) >> 8 : ToUInt128(address) >> 80 << 80;

    private static uint ToUInt32(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    private static UInt128 ToUInt128(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
