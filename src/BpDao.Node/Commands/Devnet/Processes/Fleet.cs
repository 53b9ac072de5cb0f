using BpDao.Core;
using BpDao.Node.Engines;
using BpDao.Node.Options;
using BpDao.Node.Storage;
using BpDao.Specs;

namespace BpDao.Node.Commands.Devnet.Processes;

/// <summary><c>bpdao devnet --processes N</c>: starts the nodes, passes on the first one's block lines, and stops them all.</summary>
internal sealed class Fleet(IReadOnlyList<FleetNode> nodes, Settings settings, CommandConsole console)
{
    private readonly List<NodeProcess> _running = [];

    public static async Task<int> RunAsync(
        DataDirectory data, ChainSpec spec, EngineChainInfo info, Settings settings, CommandConsole console, CancellationToken stop)
    {
        FleetPorts ports = new(settings.Get<NetworkOptions>().Port, settings.Get<HttpOptions>().Port);
        Fleet fleet = new(FleetPreparation.Prepare(data, spec, info, settings, ports), settings, console);
        fleet.PrintBanner(spec, info);
        return settings.Get<DevnetOptions>().Prepare ? ExitCode.Success : await fleet.RunAsync(stop);
    }

    private async Task<int> RunAsync(CancellationToken stop)
    {
        BlockLineOptions lines = settings.Get<BlockLineOptions>();
        try
        {
            foreach (FleetNode node in nodes) _running.Add(NodeProcess.Start(node, node.Index == 0 ? LineArguments(lines) : [], node.Index == 0 ? console.Out : null));
            List<Task<int>> ends = [.. _running.Select(WatchAsync)];
            Task stopped = Task.Delay(Timeout.InfiniteTimeSpan, stop);
            // The first node decides: it prints the lines and counts the blocks. Another may be killed and started again by hand.
            await Task.WhenAny(stopped, ends[0]);
            int code = ends[0].IsCompleted ? await ends[0] : ExitCode.Success;
            await Task.WhenAll(_running.Select(p => p.StopAsync()));
            await Task.WhenAll(ends);
            return code;
        }
        finally
        {
            foreach (NodeProcess process in _running) process.Dispose();
        }
    }

    private async Task<int> WatchAsync(NodeProcess process)
    {
        int code = await process.WaitAsync();
        if (code != ExitCode.Success) await console.Error.WriteLineAsync($"bpdao: {process.Node.Name} ended with exit code {code}; see {process.Node.LogFile}");
        return code;
    }

    private static IEnumerable<string> LineArguments(BlockLineOptions lines)
    {
        yield return "--print-blocks";
        if (lines.Json) yield return "--json";
        if (lines.Blocks == 0) yield break;
        yield return "--blocks";
        yield return $"{lines.Blocks}";
    }

    private void PrintBanner(ChainSpec spec, EngineChainInfo info)
    {
        if (settings.Get<BlockLineOptions>().Json) return;
        TextWriter output = console.Out;
        output.WriteLine($"{VersionCommand.ClientVersion}");
        output.WriteLine();
        DevnetBanner.WriteKeys(output, info, address => spec.Genesis.Alloc.TryGetValue(address, out GenesisAccount? account) ? account.Balance : UInt256.Zero);
        output.WriteLine($"Chain      {spec.Name}, chain id {spec.ChainId}, {nodes.Count} process(es), {info.ProducerKeys.Count} producer(s)");
        foreach (FleetNode node in nodes) output.WriteLine($"{node.Name,-10} RPC 127.0.0.1:{node.HttpPort}  {node.Enode}  {node.Directory}");
        output.WriteLine();
    }
}
