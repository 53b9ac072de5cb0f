using BpDao.Core;
using BpDao.Node.Options;
using BpDao.Node.Storage;

namespace BpDao.Node.Commands.Accounts;

/// <summary><c>bpdao account list</c>.</summary>
internal sealed class AccountListCommand : AccountCommand
{
    public override string Name => "account list";

    public override string Usage => "--datadir D";

    public override string Summary => "Show the accounts whose keys are here.";

    protected override int Run(KeyDirectory keys, NodeOptions options, IReadOnlyList<string> positional, CommandConsole console)
    {
        if (positional.Count != 0) return console.Refuse($"unexpected argument '{positional[0]}'");
        foreach ((Address account, string file) in keys.List()) console.Out.WriteLine($"{account} {file}");
        return ExitCode.Success;
    }
}
