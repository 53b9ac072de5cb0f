namespace BpDao.Node.Options;

/// <summary>Proof of Reputation on this node. Nothing here decides the validity of a block.</summary>
internal sealed record PorOptions
{
    [Option("por.unsafe-reset", "on/off", "Take part at once although the safety data are lost (protocol rule 4.6); only for a chain that stands still for all.")]
    public bool UnsafeReset { get; init; }
}
