using BpDao.Crypto;
using BpDao.Node.Options;
using BpDao.Node.Storage;

namespace BpDao.Node.Commands.Accounts;

/// <summary><c>bpdao account import</c>: a key out of a file with its 64 hex digits.</summary>
internal sealed class AccountImportCommand : AccountCommand
{
    public override string Name => "account import";

    public override string Usage => "KEYFILE --datadir D [--password-file FILE]";

    public override string Summary => "Keep a private key, given as hex in a file, encrypted.";

    protected override int Run(KeyDirectory keys, NodeOptions options, IReadOnlyList<string> positional, CommandConsole console)
    {
        if (positional.Count != 1) return console.Refuse("want one file with a private key in hex");
        string text;
        try
        {
            text = File.ReadAllText(positional[0]).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return console.Refuse($"{positional[0]}: {e.Message.ReplaceLineEndings(" ")}");
        }

        // The text itself is never shown: it may be a key with a typing error.
        if (!PrivateKey.TryParse(text, out PrivateKey? key)) return console.Refuse($"{positional[0]}: not a private key of 64 hex digits");
        using (key)
        {
            string file = keys.Add(key, AskPassword(options, console), TimeProvider.System.GetUtcNow());
            console.Out.WriteLine($"{key.Address} {file}");
        }

        return ExitCode.Success;
    }
}
