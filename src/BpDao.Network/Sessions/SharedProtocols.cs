namespace BpDao.Network.Sessions;

/// <summary>What the two ends of a session speak, and which code on the wire is whose. In the order of the codes.</summary>
internal sealed class SharedProtocols
{
    private readonly SharedProtocol[] _all;

    /// <summary>The highest version of each name that both have; codes follow one another in the order of the names, as bytes (rlpx.md, multiplexing).</summary>
    public SharedProtocols(IReadOnlyList<IProtocol> ours, IReadOnlyList<Capability> theirs)
    {
        List<SharedProtocol> shared = [];
        int offset = SharedProtocol.FirstOffset;
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

        _all = [.. shared];
        Capabilities = [.. shared.Select(s => s.Capability)];
        LongestPayload = shared.SelectMany(s => Enumerable.Range(0, s.Protocol.MessageCount).Select(s.MaxMessageBytes)).Append(BaseMessage.MaxSize).Max();
    }

    public int Count => _all.Length;

    public IReadOnlyList<Capability> Capabilities { get; }

    /// <summary>Of any message of the session, in bytes.</summary>
    public int LongestPayload { get; }

    public SharedProtocol this[int index] => _all[index];

    /// <exception cref="ArgumentException">It is not in use with this peer.</exception>
    public int IndexOf(Capability capability)
    {
        int index = Array.FindIndex(_all, s => s.Capability == capability);
        return index >= 0 ? index : throw new ArgumentException($"{capability} is not in use with this peer.", nameof(capability));
    }

    /// <summary>−1 when that code belongs to no protocol.</summary>
    /// <param name="code">On the wire, not below <see cref="SharedProtocol.FirstOffset"/>.</param>
    public int IndexOf(ulong code) => Array.FindIndex(_all, s => code < (ulong)(s.Offset + s.Protocol.MessageCount));

    public IEnumerator<SharedProtocol> GetEnumerator() => ((IEnumerable<SharedProtocol>)_all).GetEnumerator();
}
