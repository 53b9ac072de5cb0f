using BpDao.Db;
using BpDao.Node.Commands.Accounts;
using BpDao.Node.Commands.Archives;
using BpDao.Node.Commands.Bench;
using BpDao.Node.Commands.BlockTest;
using BpDao.Node.Commands.Bonds;
using BpDao.Node.Commands.Bench.Blocks;
using BpDao.Node.Commands.Bench.Headers;
using BpDao.Node.Commands.Bench.States;
using BpDao.Node.Commands.Bench.Validators;
using BpDao.Node.Commands.Devnet;
using BpDao.Node.Commands.Genesis;
using BpDao.Node.Commands.StateTest;
using BpDao.Node.Commands.TransactionTest;
using BpDao.Node.Commands.Transition;
using BpDao.Node.Engines.Por;

namespace BpDao.Node.Commands;

/// <summary>Every verb, and how one is found and run.</summary>
internal static class CommandTable
{
    public static IReadOnlyList<ICommand> All { get; } =
    [
        new DevnetCommand(), new RunCommand(), new InitCommand(),
        new GenesisBuildCommand(), new GenesisConvertCommand(),
        StateTestSuite.Command, BlockTestSuite.Command, TransactionTestSuite.Command,
        new BenchEvmCommand(), new BenchBlocksCommand(), new BenchStateCommand(), new BenchHeadersCommand(), new BenchValidatorsCommand(),
        new ImportCommand(), new ExportCommand(), new RescueCommand(),
        new TransitionCommand(),
        new BondSignalCommand(),
        new AccountNewCommand(), new AccountListCommand(), new AccountImportCommand(), new ConfigCommand(), new VersionCommand(), new HelpCommand(),
    ];

    public static async Task<int> RunAsync(string[] arguments, CommandConsole console, CancellationToken stop)
    {
        if (arguments.Length == 0 || arguments[0] is "-h" or "--help") return await new HelpCommand().RunAsync([], console, stop);
        if (Find(arguments) is not { } command) return console.Refuse($"no such command '{arguments[0]}'; see 'bpdao help'");
        string[] rest = arguments[command.Name.Split(' ').Length..];
        return await RunAsync(command, rest, console, stop);
    }

    /// <summary>Runs one command and says what it ended with.</summary>
    public static async Task<int> RunAsync(ICommand command, string[] arguments, CommandConsole console, CancellationToken stop)
    {
        if (arguments.Any(a => a is "-h" or "--help")) return await new HelpCommand().RunAsync(command.Name.Split(' '), console, stop);
        try
        {
            return await command.RunAsync(arguments, console, stop);
        }
        catch (Exception e) when (e is OperatorFault or DbOpenException)
        {
            return console.Refuse(e.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return command.RunsUntilStopped ? ExitCode.Success : ExitCode.Cancelled;
        }
        catch (Exception e)
        {
            await console.Error.WriteLineAsync($"bpdao: stopped by a fault: {e}");
            return ExitCode.Failure;
        }
    }

    /// <summary>The verb that the arguments begin with; two words win over one.</summary>
    public static ICommand? Find(IReadOnlyList<string> arguments) => All
        .Where(c => c.Name.Split(' ') is { } words && words.SequenceEqual(arguments.Take(words.Length)))
        .MaxBy(c => c.Name.Split(' ').Length);
}
