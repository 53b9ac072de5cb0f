using System.Diagnostics.CodeAnalysis;
using System.Text;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network.Rlpx;

/// <summary>The first message of both sides (rlpx.md, Hello): <c>[version, client id, [[name, version]…], listen port, key, …]</c>.</summary>
/// <param name="Version">Of the base protocol; snappy since 5 (EIP-706).</param>
/// <param name="ClientId">Printable ASCII, at most 256 characters.</param>
internal sealed record HelloMessage(ulong Version, string ClientId, IReadOnlyList<Capability> Capabilities, ulong ListenPort, PublicKey PublicKey)
{
    /// <summary>Most bytes of a frame before Hello is done.</summary>
    public const int MaxSize = 2048;

    /// <summary>What this node speaks.</summary>
    public const ulong CurrentVersion = 5;

    private const int MaxClientId = 256;
    private const int MaxName = 8;

    public bool HasSnappy => Version >= 5;

    public byte[] Encode()
    {
        RlpWriter writer = new(256);
        writer.StartList().Write(Version).Write(Encoding.ASCII.GetBytes(Printable(Encoding.ASCII.GetBytes(ClientId)))).StartList();
        foreach (Capability capability in Capabilities)
        {
            writer.StartList().Write(Encoding.ASCII.GetBytes(capability.Name)).Write((ulong)capability.Version).EndList();
        }

        return writer.EndList().Write(ListenPort).Write(PublicKey.Bytes).EndList().ToArray();
    }

    /// <summary>False when it is malformed. More elements at the end are ignored (EIP-8), and so are capabilities that nobody can have.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, [NotNullWhen(true)] out HelloMessage? hello)
    {
        hello = null;
        RlpReader reader = new(data);
        if (!reader.TryReadList(out RlpReader list) || !list.TryReadUInt64(out ulong version) || !list.TryReadBytes(out ReadOnlySpan<byte> client)) return false;
        if (!list.TryReadList(out RlpReader items)) return false;
        List<Capability> capabilities = [];
        while (!items.AtEnd)
        {
            if (!items.TryReadList(out RlpReader item) || !item.TryReadBytes(out ReadOnlySpan<byte> name) || !item.TryReadUInt64(out ulong number)) return false;
            if (name.Length is 0 or > MaxName || !Ascii.IsValid(name) || number > int.MaxValue) continue;
            capabilities.Add(new Capability(Encoding.ASCII.GetString(name), (int)number));
        }

        if (!list.TryReadUInt64(out ulong port) || !list.TryReadBytes(out ReadOnlySpan<byte> key) || key.Length != PublicKey.Size) return false;
        hello = new HelloMessage(version, Printable(client), capabilities, port, new PublicKey(key));
        return true;
    }

    private static string Printable(ReadOnlySpan<byte> text)
    {
        StringBuilder printable = new();
        foreach (byte b in text[..Math.Min(text.Length, MaxClientId)]) printable.Append(b is >= 0x20 and < 0x7f ? (char)b : '?');
        return printable.ToString();
    }
}
