using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Db;
using BpDao.Evm;
using BpDao.Node.Engines;
using BpDao.Node.Options;
using BpDao.Specs;
using BpDao.State;
using BpDao.TxPool;
using Microsoft.Extensions.DependencyInjection;

namespace BpDao.Node.Composition;

/// <summary>The chain: rules before it, the tree, and what executes, builds and imports blocks.</summary>
internal static class ChainModule
{
    public static IServiceCollection AddChain(this IServiceCollection services, ChainSpec spec, Settings settings) => services
        .AddSingleton(spec)
        .AddSingleton<ISpecProvider>(new ChainSpecProvider(spec))
        .AddSingleton(Secp256k1.Default)
        .AddSingleton(ModularExponentiation.Default)
        .AddSingleton<EthereumEcdsa>()
        .AddSingleton(_ => EngineCatalog.Plugin(spec, settings))
        .AddSingleton<IEngineRecords>(s => new EngineRecords(s.GetRequiredService<IDb>()))
        .AddSingleton(s => s.GetRequiredService<IConsensusPlugin>().CreateRules(spec, s.GetRequiredService<IEngineRecords>()))
        .AddSingleton<TransactionProcessor>()
        .AddSingleton(OpenTree)
        .AddSingleton<IChainReader>(s => s.GetRequiredService<BlockTree>())
        .AddSingleton<IChainHeadInfo, ChainHeadInfo>()
        .AddSingleton<SenderRecovery>()
        .AddSingleton<BlockProcessor>()
        .AddSingleton<ExecutedBlocks>()
        .AddSingleton<IBlockProducer, BlockProducer>()
        .AddSingleton<BlockImporter>()
        .AddSingleton<IBlockImporter>(s => s.GetRequiredService<BlockImporter>())
        .AddSingleton<IContractReader, ContractReader>()
        .AddSingleton<CallExecutor>();

    private static BlockTree OpenTree(IServiceProvider services)
    {
        ChainSpec spec = services.GetRequiredService<ChainSpec>();
        if (!GenesisBlock.TryCreate(spec, out GenesisBlock? genesis, out string? error)
            || !BlockTree.TryOpen(
                services.GetRequiredService<IDb>(), services.GetRequiredService<StateStore>(), genesis, out BlockTree? tree, out error))
        {
            throw new OperatorFault($"chain '{spec.Name}': {error}");
        }

        return tree;
    }
}
