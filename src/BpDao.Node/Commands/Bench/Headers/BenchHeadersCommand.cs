using System.Globalization;

namespace BpDao.Node.Commands.Bench.Headers;

/// <summary><c>bpdao bench headers</c>: how fast a light node proves headers, one certificate for every 64.</summary>
internal sealed class BenchHeadersCommand : ICommand
{
    private static readonly int[] Voters = [1, 4, 16, 64];

    public string Name => "bench headers";

    public string Usage => $"[--epochs N] {TimedRunsOptions.Usage}";

    public string Summary => "Measure how fast headers are proven by one certificate an epoch.";

    public IReadOnlyList<Type> Areas => [];

    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        TimedRuns runs = new();
        int epochs = 100;
        for (int i = 0; i < arguments.Count; i += 2)
        {
            string name = arguments[i], fault = $"unknown option '{name}'";
            if (i + 1 == arguments.Count) return Task.FromResult(console.Refuse(name == "--epochs" || TimedRunsOptions.Has(name) ? $"{name} needs a value" : fault));
            bool read = name == "--epochs" ? TimedRunsOptions.TryNumber(arguments[i + 1], 1, out epochs)
                : TimedRunsOptions.Has(name) && TimedRunsOptions.TryApply(name, arguments[i + 1], ref runs, out fault);
            if (!read) return Task.FromResult(console.Refuse(name == "--epochs" ? $"--epochs takes a number above 0, not '{arguments[i + 1]}'" : fault));
        }

        console.Out.WriteLine($"{epochs * SignedHeaders.EpochLength} headers, one certificate for every {SignedHeaders.EpochLength}; thousands of headers by second");
        console.Out.WriteLine("voters    min  median     max");
        foreach (int voters in Voters)
        {
            stop.ThrowIfCancellationRequested();
            SignedHeaders headers = new(epochs, voters);
            Spread rate = runs.Measure(() => headers, h => h.Verify()).Seconds.Rate(headers.Count / 1000.0);
            console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{voters,6} {rate.Min,6:0.0} {rate.Median,7:0.0} {rate.Max,7:0.0}"));
        }

        return Task.FromResult(ExitCode.Success);
    }
}
