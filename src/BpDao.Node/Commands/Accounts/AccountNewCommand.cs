using BpDao.Crypto;
using BpDao.Node.Options;
using BpDao.Node.Storage;

namespace BpDao.Node.Commands.Accounts;

/// <summary><c>bpdao account new</c>.</summary>
internal sealed class AccountNewCommand : AccountCommand
{
    public override string Name => "account new";

    public override string Usage => "--datadir D [--password-file FILE]";

    public override string Summary => "Make a key and keep it encrypted.";

    protected override int Run(KeyDirectory keys, NodeOptions options, IReadOnlyList<string> positional, CommandConsole console)
    {
        if (positional.Count != 0) return console.Refuse($"unexpected argument '{positional[0]}'");
        using PrivateKey key = PrivateKey.Generate();
        string file = keys.Add(key, AskPassword(options, console), TimeProvider.System.GetUtcNow());
        console.Out.WriteLine($"{key.Address} {file}");
        return ExitCode.Success;
    }
}
