using System.Text.Json;
using BpDao.Consensus;
using BpDao.Consensus.Ethash;
using BpDao.Core;
using BpDao.Specs;

namespace BpDao.EthereumTests.RealBlocks;

/// <summary>Ethereum's mainnet as its blocks were made.</summary>
internal static class Mainnet
{
    public static ISpecProvider Specs { get; } = new ChainSpecProvider(new ChainSpec
    {
        Name = "mainnet",
        ChainId = 1,
        NetworkId = 1,
        SealEngineType = EthashPlugin.Key,
        EngineParameters = JsonSerializer.SerializeToElement(new { }),
        ExecutionRequests = true,
        Genesis = new GenesisSpec { Alloc = new Dictionary<Address, GenesisAccount>() },
        Forks = new ForkSchedule
        {
            TerminalTotalDifficulty = UInt256.Parse("58750000000000000000000"),
            Activations =
            [
                new(Fork.Homestead, 1_150_000, null), new(Fork.Dao, 1_920_000, null), new(Fork.TangerineWhistle, 2_463_000, null),
                new(Fork.SpuriousDragon, 2_675_000, null), new(Fork.Byzantium, 4_370_000, null), new(Fork.Constantinople, 7_280_000, null),
                new(Fork.Petersburg, 7_280_000, null), new(Fork.Istanbul, 9_069_000, null), new(Fork.MuirGlacier, 9_200_000, null),
                new(Fork.Berlin, 12_244_000, null), new(Fork.London, 12_965_000, null), new(Fork.ArrowGlacier, 13_773_000, null),
                new(Fork.GrayGlacier, 15_050_000, null), new(Fork.Shanghai, 0, 1_681_338_455), new(Fork.Cancun, 0, 1_710_338_135),
                new(Fork.Prague, 0, 1_746_612_311), new(Fork.Osaka, 0, 1_764_798_551), new(Fork.Bpo1, 0, 1_765_290_071),
                new(Fork.Bpo2, 0, 1_767_747_671),
            ],
        },
    });

    /// <summary>Without proofs of work: each block here lies in an epoch of its own, whose cache takes a second to make. Those of the era1
    /// archives are checked when they are imported.</summary>
    public static IConsensusRules Rules { get; } = new EthashRules(Specs, seal: null);
}
