using System.Buffers.Binary;

namespace BpDao.Core;

/// <summary>What a node says of the forks it follows (EIP-2124, with timestamps EIP-6122).</summary>
/// <param name="Hash">CRC-32 of the genesis hash and of every fork that has passed.</param>
/// <param name="Next">Block number or timestamp of the next fork; zero when none is known.</param>
public readonly record struct ForkId(uint Hash, ulong Next)
{
    /// <summary>rlp [hash: 4 bytes big-endian, next].</summary>
    public void Write(RlpWriter writer)
    {
        Span<byte> hash = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(hash, Hash);
        writer.StartList().Write(hash).Write(Next).EndList();
    }

    /// <summary>False when the next item is not a list that begins with 4 bytes and a scalar; what follows them is for later versions.</summary>
    public static bool TryRead(ref RlpReader reader, out ForkId id)
    {
        id = default;
        if (!reader.TryReadList(out RlpReader fields) || !fields.TryReadBytes(out ReadOnlySpan<byte> hash) || hash.Length != sizeof(uint)) return false;
        if (!fields.TryReadUInt64(out ulong next)) return false;
        id = new ForkId(BinaryPrimitives.ReadUInt32BigEndian(hash), next);
        return true;
    }

    public override string ToString() => $"{Hash:x8}/{Next}";
}

/// <summary>What <see cref="ForkHistory.Judge"/> finds in another node's fork id.</summary>
public enum ForkIdVerdict
{
    /// <summary>The same forks so far, or one side is only behind.</summary>
    Compatible,

    /// <summary>The other node does not know a fork that has passed here: its software is old.</summary>
    RemoteIsStale,

    /// <summary>Another network, or one whose forks this node does not know: then the software here is old.</summary>
    LocalIsStaleOrOther,
}
