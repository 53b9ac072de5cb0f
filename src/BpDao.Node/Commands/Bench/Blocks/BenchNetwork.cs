using BpDao.Core;
using BpDao.Specs;

namespace BpDao.Node.Commands.Bench.Blocks;

/// <summary>A network of one fork, without an engine of its own.</summary>
internal static class BenchNetwork
{
    public static ISpecProvider Of(ulong chainId, Fork fork, bool executionRequests) => new ChainSpecProvider(new ChainSpec
    {
        Name = "bench",
        ChainId = chainId,
        NetworkId = chainId,
        Forks = ForkSchedule.FromGenesis(fork),
        ExecutionRequests = executionRequests,
        SealEngineType = "none",
        EngineParameters = default,
        Genesis = new GenesisSpec { Alloc = new Dictionary<Address, GenesisAccount>() },
    });
}
