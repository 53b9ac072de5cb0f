using BpDao.Blockchain;
using BpDao.Core;

namespace BpDao.Node.Composition;

/// <summary>Where this node's chain is among its network's forks, for those who look for company of the same network.</summary>
internal sealed class ChainForks(BlockTree chain, ForkHistory forks)
{
    /// <summary>The fork id at the head.</summary>
    public ForkId Current => forks.At(chain.Head.Number, chain.Head.Timestamp);

    /// <summary>Whether a node with that fork id may be of this network.</summary>
    public bool IsCompatible(ForkId other) => forks.Judge(chain.Head.Number, chain.Head.Timestamp, other) == ForkIdVerdict.Compatible;
}
