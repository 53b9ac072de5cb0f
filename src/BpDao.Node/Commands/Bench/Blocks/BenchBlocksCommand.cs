using BpDao.Node.Commands.Conformance;

namespace BpDao.Node.Commands.Bench.Blocks;

/// <summary><c>bpdao bench blocks</c>: how fast whole blocks go through this machine's disk and processors.</summary>
internal sealed class BenchBlocksCommand : ICommand
{
    public string Name => "bench blocks";

    public string Usage => BenchBlocksOptions.Usage;

    public string Summary => "Measure block processing: official benchmark payloads, and transfers over many accounts.";

    public IReadOnlyList<Type> Areas => [];

    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        if (!BenchBlocksOptions.TryParse(arguments, out BenchBlocksOptions? options, out string fault)) return Task.FromResult(console.Refuse(fault));
        BlockReport report = new(console.Out, options.Json);
        try
        {
            if (options.Payloads is { } path) RunPayloads(path, options, report, stop);
            if (options.Accounts > 0) RunSynthetic(options, report, console, stop);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or FormatException or TestInputException)
        {
            return Task.FromResult(console.Refuse(e.Message.ReplaceLineEndings(" ")));
        }

        if (report.Rows == 0) return Task.FromResult(console.Refuse("nothing matches; see 'bpdao help bench blocks'"));
        report.Close();
        return Task.FromResult(report.Failures == 0 ? ExitCode.Success : ExitCode.Failure);
    }

    private static void RunPayloads(string path, BenchBlocksOptions options, BlockReport report, CancellationToken stop)
    {
        using TestSource source = TestSource.Open(path);
        foreach (TestFile file in source.Files)
        {
            foreach (PayloadTest test in Read(file))
            {
                stop.ThrowIfCancellationRequested();
                if (options.Matches(test.Name)) report.Add(PayloadBench.Run(test, options.Runs, options.Clock, stop));
            }
        }
    }

    private static void RunSynthetic(BenchBlocksOptions options, BlockReport report, CommandConsole console, CancellationToken stop)
    {
        SyntheticLoad[] loads = [.. SyntheticLoad.All.Where(l => options.Matches(l.Name))];
        if (loads.Length == 0) return;
        string directory = options.DataDirectory ?? Directory.CreateTempSubdirectory("bpdao-bench-").FullName;
        try
        {
            SyntheticBench bench = new(new SyntheticSize(options), directory, options.Clock, note => console.Error.WriteLine(note));
            foreach (SyntheticLoad load in loads) report.Add(bench.Run(load, options.Runs, stop));
        }
        finally
        {
            if (options.DataDirectory is null) Directory.Delete(directory, recursive: true);
        }
    }

    private static List<PayloadTest> Read(TestFile file) => TestInputException.Reading(file.Name, () => PayloadTestReader.Read(file.Read()));
}
