using System.Collections;
using System.Diagnostics.CodeAnalysis;
using BpDao.Node.Options;

namespace BpDao.Node.Commands;

/// <summary>One verb of the program.</summary>
internal interface ICommand
{
    /// <summary>One or two words, e.g. <c>account new</c>.</summary>
    string Name { get; }

    /// <summary>What stands after the name, for people.</summary>
    string Usage { get; }

    string Summary { get; }

    /// <summary>Areas whose options this verb takes on the command line.</summary>
    IReadOnlyList<Type> Areas { get; }

    /// <summary>A signal is the ordinary end of it, not a loss of work that was asked for.</summary>
    bool RunsUntilStopped => false;

    /// <returns>See <see cref="ExitCode"/>.</returns>
    Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop);
}

/// <summary>The program's surroundings.</summary>
internal sealed record CommandConsole(TextWriter Out, TextWriter Error, TextReader In, bool IsTerminal, IDictionary Environment)
{
    /// <summary>Standard error is seen by somebody, line by line.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Reads the options of a command that takes nothing else; prints every fault when there are some.</summary>
    public bool TryRead(ICommand command, IReadOnlyList<string> arguments, [NotNullWhen(true)] out Settings? settings)
    {
        bool ok = TryRead(command, arguments, out settings, out List<string> positional);
        if (!ok || positional.Count == 0) return ok;
        Refuse($"unexpected argument '{positional[0]}'");
        settings = null;
        return false;
    }

    /// <summary>Reads options and leaves the other arguments to the command; prints every fault when there are some.</summary>
    public bool TryRead(
        ICommand command, IReadOnlyList<string> arguments, [NotNullWhen(true)] out Settings? settings, out List<string> positional)
    {
        if (Settings.TryRead(arguments, Environment, command.Areas, out settings, out positional, out List<string> faults)) return true;
        foreach (string fault in faults) Refuse(fault);
        return false;
    }

    /// <summary>One line that says what cannot be used.</summary>
    public int Refuse(string message)
    {
        Error.WriteLine($"bpdao: {message}");
        return ExitCode.BadInput;
    }
}
