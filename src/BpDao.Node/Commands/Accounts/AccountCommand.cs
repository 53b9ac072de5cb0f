using BpDao.Node.Options;
using BpDao.Node.Storage;

namespace BpDao.Node.Commands.Accounts;

/// <summary>What the account verbs have in common: a directory of key files, and a password.</summary>
internal abstract class AccountCommand : ICommand
{
    public abstract string Name { get; }

    public abstract string Usage { get; }

    public abstract string Summary { get; }

    public IReadOnlyList<Type> Areas => [typeof(NodeOptions)];

    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        if (!console.TryRead(this, arguments, out Settings? settings, out List<string> positional)) return Task.FromResult(ExitCode.BadInput);
        NodeOptions options = settings.Get<NodeOptions>();
        if (options.Keystore.Length == 0 && options.DataDir.Length == 0)
        {
            return Task.FromResult(console.Refuse("--datadir or --keystore: missing"));
        }

        return Task.FromResult(Run(KeyDirectory.Of(options, options.DataDir), options, positional, console));
    }

    protected abstract int Run(KeyDirectory keys, NodeOptions options, IReadOnlyList<string> positional, CommandConsole console);

    /// <summary>From the password file, or asked for.</summary>
    protected static string AskPassword(NodeOptions options, CommandConsole console)
    {
        if (options.PasswordFile.Length != 0) return PasswordFile.Read(options.PasswordFile);
        console.Error.Write("Password: ");
        return console.In.ReadLine() ?? throw new OperatorFault("no password was given");
    }
}
