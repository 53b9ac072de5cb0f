namespace BpDao.Node.Commands.Conformance;

/// <summary>A verb that runs official tests of one kind and counts them.</summary>
internal sealed class ConformanceCommand : ICommand
{
    public required string Name { get; init; }

    public required string Summary { get; init; }

    /// <summary>The kind of tests, for one run with these options.</summary>
    public required Func<ConformanceOptions, CommandConsole, ITestSuite> Suite { get; init; }

    /// <summary>Which names <c>--fork</c> takes.</summary>
    public Func<string, bool> KnowsFork { get; init; } = name => ForkNames.TryParse(name, out _);

    /// <summary>Whether there is <c>--trace</c>.</summary>
    public bool Traces { get; init; }

    public string Usage => ConformanceOptions.Usage + (Traces ? " [--trace]" : "");

    public IReadOnlyList<Type> Areas => [];

    /// <returns>0 when no case failed or they were traced, 1 when some did, 2 when the tests could not be read or none matches.</returns>
    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        if (!ConformanceOptions.TryParse(this, arguments, out ConformanceOptions? options, out string? fault)) return Task.FromResult(Refuse(console, fault));
        try
        {
            return Task.FromResult(Run(options, console, stop));
        }
        catch (TestInputException e)
        {
            return Task.FromResult(Refuse(console, e.Message));
        }
    }

    private int Run(ConformanceOptions options, CommandConsole console, CancellationToken stop)
    {
        TestReport report = new(console.Out, options.Json);
        using TestSource source = TestSource.Open(options.Path);
        int jobs = options.Trace ? 1 : options.Jobs; // traces of two cases must not mix
        foreach (IReadOnlyList<TestOutcome> outcomes in new TestRun(Suite(options, console), options.Selection, jobs).Run(source.Files))
        {
            stop.ThrowIfCancellationRequested();
            foreach (TestOutcome outcome in outcomes) report.Add(outcome);
        }

        if (report.Total == 0) return Refuse(console, $"{options.Path} holds no test that matches");
        report.Close();
        // Who asks for traces compares them himself; generated tests name no root that could be right.
        return report.HasFailures && !options.Trace ? ExitCode.Failure : ExitCode.Success;
    }

    private int Refuse(CommandConsole console, string message) => console.Refuse($"{Name}: {message}");
}
