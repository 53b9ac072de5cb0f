using BpDao.Network.Rlpx;

namespace BpDao.Network.Sessions;

/// <summary>A protocol that both ends of a session have, and where its codes begin there.</summary>
/// <param name="Offset">The code on the wire of the protocol's code 0.</param>
internal sealed record SharedProtocol(IProtocol Protocol, int Offset)
{
    /// <summary>Codes below this one are the base protocol's.</summary>
    public const int FirstOffset = 0x10;

    public Capability Capability => Protocol.Capability;

    /// <summary>Longest payload of a code in bytes; never more than EIP-706 allows.</summary>
    public int MaxMessageBytes(int code) => Math.Min(Protocol.MaxMessageBytes(code), MessageFrame.MaxPayload);

    /// <summary>The highest version of each name that both have; codes follow one another in the order of the names, as bytes (rlpx.md, multiplexing).</summary>
    public static IReadOnlyList<SharedProtocol> Agree(IReadOnlyList<IProtocol> ours, IReadOnlyList<Capability> theirs)
    {
        List<SharedProtocol> shared = [];
        int offset = FirstOffset;
        IEnumerable<IProtocol> common = ours
            .Where(protocol => theirs.Contains(protocol.Capability))
            .GroupBy(protocol => protocol.Capability.Name)
            .Select(versions => versions.MaxBy(protocol => protocol.Capability.Version)!)
            .OrderBy(protocol => protocol.Capability.Name, StringComparer.Ordinal);
        foreach (IProtocol protocol in common)
        {
            shared.Add(new SharedProtocol(protocol, offset));
            offset += protocol.MessageCount;
        }

        return shared;
    }
}
