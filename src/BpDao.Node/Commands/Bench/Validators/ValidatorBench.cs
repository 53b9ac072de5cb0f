using System.Collections;
using BpDao.Consensus;
using BpDao.Consensus.Por.Engine;
using BpDao.Core;
using BpDao.Node.Commands.Devnet;
using BpDao.Node.Engines;
using BpDao.Node.Genesis;
using BpDao.Node.Options;
using BpDao.Node.Storage;
using BpDao.Specs;
using BpDao.TxPool;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BpDao.Node.Commands.Bench.Validators;

/// <summary>Whole nodes of one process, each with its own RocksDB, state, pool and engine, that talk over the in-memory transport: blocks one after
/// the other, with time standing still while they are made.</summary>
internal sealed class ValidatorBench(BenchValidatorsOptions options, ILoggerFactory loggers)
{
    /// <summary>Not counted: greetings, code that is compiled, and contracts that do less until the first pool is settled (protocol rule 5.3).</summary>
    public const int FirstBlocks = 6;

    // Far more than a block takes on a busy machine: whoever waits longer waits for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // Looked at this often whether the engines of a new network run.
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(10);

    private const int BlockTime = 1;

    /// <exception cref="TimeoutException">Time stood still and so did the chain: a bug.</exception>
    public async Task<ValidatorRow> RunAsync(int validators, CancellationToken stop)
    {
        if (!DevnetTemplate.TryBuild(validators, BlockTime, out ChainSpec? spec, out string? error)) throw new OperatorFault(error);
        EngineChainInfo info = EngineCatalog.ChainInfo(spec);
        HeldTime time = new(DateTimeOffset.FromUnixTimeSeconds((long)spec.Genesis.Timestamp));
        using DataDirectory data = DataDirectory.Open("");
        List<ConsensusNetwork> networks = [];
        await using DevnetNodes nodes = await DevnetNodes.StartAsync(spec, info, Defaults(), data, loggers, time, stop, plan =>
        {
            ConsensusNetwork network = new(plan.Network);
            networks.Add(network);
            return plan with { Network = network, ServesRpc = false };
        });
        await MeetAsync(nodes, networks, stop);

        using ValidatorLoad load = new(spec.ChainId, info.AccountKeys, options.Transactions, options.DataBytes);
        CommitWatch commits = new([.. nodes.All.Select(n => n.Chain)]);
        await MakeAsync(FirstBlocks);
        ValidatorCosts costs = new(nodes.All);
        await MakeAsync(options.Blocks);
        return costs.RowOf(options.Blocks);

        async Task MakeAsync(int blocks)
        {
            for (int i = 0; i < blocks; i++)
            {
                Submit(load, nodes);
                Task made = commits.AllHave(nodes.First.Chain.Head.Number + 1);
                time.Advance(TimeSpan.FromSeconds(BlockTime));
                await await Task.WhenAny(made, nodes.WhenFailedAsync()).WaitAsync(Patience, stop);
            }
        }
    }

    /// <summary>All listen, then all meet: what a node says to one that does not run yet is lost.</summary>
    private static async Task MeetAsync(DevnetNodes nodes, List<ConsensusNetwork> networks, CancellationToken stop)
    {
        nodes.RunEngines();
        PorEngine[] engines = [.. nodes.All.Select(n => (PorEngine)n.Services.GetRequiredService<IConsensusEngine>())];
        while (engines.Any(e => e.Status.Height == 0)) await Task.Delay(Glance, stop);
        foreach (ConsensusNetwork network in networks) await network.ConnectAsync(stop);
    }

    private static void Submit(ValidatorLoad load, DevnetNodes nodes)
    {
        foreach (Transaction transaction in load.Next())
        {
            foreach (Startup node in nodes.All)
            {
                AcceptTxResult result = node.Services.GetRequiredService<ITxPool>().Submit(transaction);
                if (!result.IsAccepted) throw new OperatorFault($"the load does not fit: {result}");
            }
        }
    }

    private static Settings Defaults() =>
        Settings.TryRead([], new Hashtable(), [], out Settings? settings, out _, out List<string> faults)
            ? settings : throw new InvalidOperationException(faults[0]);
}
