using BpDao.Blockchain;
using BpDao.Core;
using BpDao.Node.Options;
using BpDao.Specs;

namespace BpDao.Node.Commands.Genesis;

/// <summary><c>bpdao genesis convert</c>: geth's genesis.json into a chainspec, a chainspec into geth's genesis.json.</summary>
internal sealed class GenesisConvertCommand : ICommand
{
    public string Name => "genesis convert";

    public string Usage => "FILE --out FILE";

    public string Summary => "Turn geth's genesis.json into a chainspec, or a chainspec into geth's genesis.json.";

    public IReadOnlyList<Type> Areas => [typeof(GenesisOptions)];

    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        if (!console.TryRead(this, arguments, out Settings? settings, out List<string> files)) return Task.FromResult(ExitCode.BadInput);
        GenesisOptions options = settings.Get<GenesisOptions>();
        if (files.Count != 1) return Task.FromResult(console.Refuse($"usage: bpdao {Name} {Usage}"));
        if (options.Out.Length == 0) return Task.FromResult(console.Refuse("--out: missing"));
        if (options.Template.Length != 0) return Task.FromResult(console.Refuse("--template: is for genesis build"));

        // A file that names its hash is a chainspec; geth's never does.
        if (!ChainSpecFile.TryLoad(files[0], out ChainSpec? read, out string? error)) throw new OperatorFault(error);
        if (!GenesisBlock.TryCreate(read, out GenesisBlock? genesis, out error)) throw new OperatorFault($"{files[0]}: {error}");
        Hash256 hash = genesis.Block.Hash;
        byte[]? json = read.GenesisHash is null ? ChainSpecFile.Format(read with { GenesisHash = hash }) : null;
        if (json is null && !ChainSpecFile.TryFormatGeth(read, out json, out error)) throw new OperatorFault($"{files[0]}: {error}");
        try
        {
            File.WriteAllBytes(options.Out, json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorFault($"--out: {e.Message.ReplaceLineEndings(" ")}", e);
        }

        console.Out.WriteLine($"{options.Out}: {(read.GenesisHash is null ? "chainspec" : "genesis.json")} of {read.Name}, genesis {hash}");
        return Task.FromResult(ExitCode.Success);
    }
}
