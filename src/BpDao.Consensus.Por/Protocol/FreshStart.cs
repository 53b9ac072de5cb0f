namespace BpDao.Consensus.Por.Protocol;

/// <summary>A node without a safety record on the genesis block: either the network is new, too, or this key has a past that nobody here knows. Peers
/// have no weight yet, so one of them alone is not believed: two must say that they stand at genesis, or one, and nobody else came for a
/// while; and whoever claims to be further must have been asked for the block first.</summary>
internal sealed class FreshStart(int members)
{
    /// <summary>So many resend periods without a second peer are long enough.</summary>
    public const int Patience = 16;

    // Whoever is further shows the block when asked; a claim alone must not keep a new network from beginning.
    private const int PatienceWithClaims = 4 * Patience;

    private readonly HashSet<PeerId> _atGenesis = [];
    private int _periods;

    // On a bench of two there may be no more than one peer in the world.
    private int Needed => Math.Min(2, members - 1);

    public void Learn(PeerId peer, ulong committed)
    {
        if (committed > 0) _atGenesis.Remove(peer);
        else if (_atGenesis.Count < Needed) _atGenesis.Add(peer);
    }

    /// <summary>A resend period passed.</summary>
    public void Tick() => _periods++;

    /// <param name="claimed">The highest block that anybody claims and has not failed to show.</param>
    public bool IsSettled(ulong claimed) =>
        (claimed == 0 || _periods >= PatienceWithClaims) && _atGenesis.Count >= (_periods >= Patience ? 1 : Needed);
}
