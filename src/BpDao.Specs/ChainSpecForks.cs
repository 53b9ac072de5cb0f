using BpDao.Core;

namespace BpDao.Specs;

/// <summary>A chainspec's forks as the network counts them.</summary>
public static class ChainSpecForks
{
    /// <summary>Every block and timestamp at which the rules change, and the netsplit block of the merge; a merge by total difficulty has
    /// no number and does not count (EIP-2124).</summary>
    /// <param name="genesisHash">Of the block that the chainspec makes.</param>
    public static ForkHistory ToForkHistory(this ChainSpec spec, Hash256 genesisHash)
    {
        List<ulong> blocks = [], times = [];
        foreach (ForkActivation activation in spec.Forks.Activations)
        {
            if (activation.Timestamp is { } time) times.Add(time);
            else blocks.Add(activation.Block);
        }

        if (spec.Forks.MergeNetsplitBlock is { } netsplit) blocks.Add(netsplit);
        return new ForkHistory(genesisHash, spec.Genesis.Timestamp, blocks, times);
    }
}
