using BpDao.Node.Genesis;
using BpDao.Node.Options;
using BpDao.Specs;

namespace BpDao.Node.Commands.Genesis;

/// <summary><c>bpdao genesis build</c>: a network's chainspec from a template; the same template gives the same bytes.</summary>
internal sealed class GenesisBuildCommand : ICommand
{
    public string Name => "genesis build";

    public string Usage => "--template FILE --out FILE";

    public string Summary => "Make a network's chainspec from a template.";

    public IReadOnlyList<Type> Areas => [typeof(GenesisOptions)];

    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        if (!console.TryRead(this, arguments, out Settings? settings)) return Task.FromResult(ExitCode.BadInput);
        GenesisOptions options = settings.Get<GenesisOptions>();
        if (options.Template.Length == 0) return Task.FromResult(console.Refuse("--template: missing"));
        if (options.Out.Length == 0) return Task.FromResult(console.Refuse("--out: missing"));
        if (!GenesisFile.TryBuild(options.Template, out ChainSpec? spec, out string? warning, out string? error)) throw new OperatorFault(error);
        if (warning is not null) console.Error.WriteLine($"bpdao: warning: {warning}");
        try
        {
            File.WriteAllBytes(options.Out, ChainSpecFile.Format(spec));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorFault($"--out: {e.Message.ReplaceLineEndings(" ")}", e);
        }

        console.Out.WriteLine($"{options.Out}: chain {spec.Name}, genesis {spec.GenesisHash}");
        return Task.FromResult(ExitCode.Success);
    }
}
