using System.Diagnostics.CodeAnalysis;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>The first message of bpdao/1, both ways: [version, network id, genesis hash]. More fields may follow some day and are read over.</summary>
internal sealed record BpDaoHello(ulong Version, ulong NetworkId, Hash256 Genesis)
{
    public byte[] Encode() => new RlpWriter(64).StartList().Write(Version).Write(NetworkId).Write(Genesis).EndList().ToArray();

    public static bool TryDecode(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out BpDaoHello? hello)
    {
        RlpReader outer = new(payload);
        hello = outer.TryReadList(out RlpReader r) && outer.AtEnd && r.TryReadUInt64(out ulong version) && r.TryReadUInt64(out ulong network)
            && r.TryReadHash(out Hash256 genesis)
                ? new BpDaoHello(version, network, genesis) : null;
        return hello is not null;
    }
}
