using System.Globalization;

namespace BpDao.Node.Commands.Bench.Headers;

/// <summary><c>bpdao bench headers</c>: how fast a light node proves headers, one certificate for every 64.</summary>
internal sealed class BenchHeadersCommand : ICommand
{
    private static readonly int[] Voters = [1, 4, 16, 64];

    public string Name => "bench headers";

    public string Usage => $"[--epochs N] {BenchArguments.Usage}";

    public string Summary => "Measure how fast headers are proven by one certificate an epoch.";

    public IReadOnlyList<Type> Areas => [];

    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        int epochs = 100;
        BenchArguments options = new(arguments, new TimedRuns(), "--epochs");
        while (options.TryNext(out string argument, out string value))
        {
            if (argument != "--epochs") options.RefuseUnknown(argument);
            else if (!BenchArguments.TryNumber(value, 1, out epochs)) options.Refuse($"--epochs takes a number above 0, not '{value}'");
        }

        if (options.Fault.Length > 0) return Task.FromResult(console.Refuse(options.Fault));
        console.Out.WriteLine($"{epochs * SignedHeaders.EpochLength} headers, one certificate for every {SignedHeaders.EpochLength}; thousands of headers by second");
        console.Out.WriteLine("voters    min  median     max");
        foreach (int voters in Voters)
        {
            stop.ThrowIfCancellationRequested();
            SignedHeaders headers = new(epochs, voters);
            Spread rate = options.Runs.Measure(() => headers, h => h.Verify()).Seconds.Rate(headers.Count / 1000.0);
            console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{voters,6} {rate.Min,6:0.0} {rate.Median,7:0.0} {rate.Max,7:0.0}"));
        }

        return Task.FromResult(ExitCode.Success);
    }
}
