namespace BpDao.Node.Commands.Bench.States;

/// <summary><c>bpdao bench state</c>: how fast accounts are read, changed and hashed, and how that grows with their number.</summary>
internal sealed class BenchStateCommand : ICommand
{
    public string Name => "bench state";

    public string Usage => BenchStateOptions.Usage;

    public string Summary => "Measure reads, roots and writes of states of several sizes on disk.";

    public IReadOnlyList<Type> Areas => [];

    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        if (!BenchStateOptions.TryParse(arguments, out BenchStateOptions? options, out string fault)) return Task.FromResult(console.Refuse(fault));
        string directory = options.DataDirectory ?? Directory.CreateTempSubdirectory("bpdao-bench-").FullName;
        try
        {
            StateBench bench = new(options);
            StateReport report = new(console.Out, options.Json);
            report.Open();
            foreach (int accounts in options.Accounts)
            {
                foreach (StateRow row in bench.Run(directory, accounts, console.Error.WriteLine))
                {
                    stop.ThrowIfCancellationRequested();
                    report.Add(row);
                }
            }
        }
        finally
        {
            if (options.DataDirectory is null) Directory.Delete(directory, recursive: true);
        }

        return Task.FromResult(ExitCode.Success);
    }
}
