namespace BpDao.Network;

/// <summary>A protocol that runs over an RLPx session, with its version, e.g. <c>eth/68</c> (devp2p, rlpx.md).</summary>
/// <param name="Name">At most 8 ASCII characters.</param>
public readonly record struct Capability(string Name, int Version)
{
    public override string ToString() => $"{Name}/{Version}";
}
