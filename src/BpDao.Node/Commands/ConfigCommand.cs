using BpDao.Node.Options;

namespace BpDao.Node.Commands;

/// <summary><c>bpdao config</c>: what holds, and why.</summary>
internal sealed class ConfigCommand : ICommand
{
    public string Name => "config";

    public string Usage => "[options of run and devnet]";

    public string Summary => "Show every option's value and where it came from.";

    public IReadOnlyList<Type> Areas => OptionCatalog.Areas;

    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        if (!console.TryRead(this, arguments, out Settings? settings)) return Task.FromResult(ExitCode.BadInput);
        foreach ((OptionDefinition option, string value, string source) in settings.Explain())
        {
            console.Out.WriteLine($"{option.Key} = {value}  ({source})");
        }

        return Task.FromResult(ExitCode.Success);
    }
}
