using BpDao.Node.Options;
using BpDao.Node.Telemetry;
using Microsoft.Extensions.Logging;

namespace BpDao.Node.Commands.Bench.Validators;

/// <summary><c>bpdao bench validators</c>: what a block costs a validator, and how that grows with their number.</summary>
internal sealed class BenchValidatorsCommand : ICommand
{
    public string Name => "bench validators";

    public string Usage => BenchValidatorsOptions.Usage;

    public string Summary => "Measure what a block costs each of many validators: messages, bytes, time, gas.";

    public IReadOnlyList<Type> Areas => [];

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        if (!BenchValidatorsOptions.TryParse(arguments, out BenchValidatorsOptions? options, out string fault)) return console.Refuse(fault);
        using ILoggerFactory loggers = NodeLogging.Create(new LogOptions { Level = "warning" }, onStandardError: true);
        ValidatorBench bench = new(options, loggers);
        ValidatorReport report = new(console.Out, options.Json);
        report.Open();
        foreach (int validators in options.Validators) report.Add(await bench.RunAsync(validators, stop));
        return ExitCode.Success;
    }
}
