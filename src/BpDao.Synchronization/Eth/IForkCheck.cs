using BpDao.Network;

namespace BpDao.Synchronization;

/// <summary>Which forks this node follows, as EIP-2124 sums them up.</summary>
public interface IForkCheck
{
    /// <summary>At that block.</summary>
    ForkId At(ulong number, ulong timestamp);

    /// <summary>False when the chains part, or will part, by their forks.</summary>
    bool Accepts(ForkId remote, ulong headNumber, ulong headTimestamp);
}
