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
}
