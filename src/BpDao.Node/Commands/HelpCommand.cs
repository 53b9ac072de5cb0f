using BpDao.Node.Options;

namespace BpDao.Node.Commands;

/// <summary><c>bpdao help</c>: the verbs, or one verb with its options.</summary>
internal sealed class HelpCommand : ICommand
{
    public string Name => "help";

    public string Usage => "[COMMAND | options]";

    public string Summary => "Show the commands, one command's options, or the table of all options.";

    public IReadOnlyList<Type> Areas => [];

    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        if (arguments.Count == 0) ShowAll(console.Out);
        else if (arguments[0] == "options") console.Out.Write(OptionTable.Markdown());
        else if (CommandTable.Find(arguments) is { } command) ShowOne(command, console.Out);
        else return Task.FromResult(console.Refuse($"no such command '{string.Join(' ', arguments)}'; see 'bpdao help'"));
        return Task.FromResult(ExitCode.Success);
    }

    private static void ShowAll(TextWriter output)
    {
        output.WriteLine("usage: bpdao COMMAND [--option value]...");
        output.WriteLine();
        foreach (ICommand command in CommandTable.All) output.WriteLine($"  {command.Name,-16}{command.Summary}");
        output.WriteLine();
        output.WriteLine("'bpdao help COMMAND' shows its options. Exit codes: 0 done, 1 fault of the program or the disk, 2 bad input.");
    }

    private static void ShowOne(ICommand command, TextWriter output)
    {
        output.WriteLine($"usage: bpdao {command.Name} {command.Usage}".TrimEnd());
        output.WriteLine(command.Summary);
        foreach (OptionDefinition option in OptionCatalog.All.Where(o => command.Areas.Contains(o.Area)))
        {
            string value = option.IsFlag ? "" : " " + option.Unit.ToUpperInvariant().Replace(' ', '-');
            output.WriteLine($"  --{option.Key}{value}");
            output.WriteLine($"        {option.Description}{(option.Default.Length == 0 ? "" : $" [{option.Default}]")}");
        }
    }
}
