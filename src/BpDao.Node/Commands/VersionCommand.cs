using System.Reflection;
using System.Runtime.InteropServices;
using BpDao.Crypto;

namespace BpDao.Node.Commands;

/// <summary><c>bpdao version</c>.</summary>
internal sealed class VersionCommand : ICommand
{
    public string Name => "version";

    public string Usage => "";

    public string Summary => "Show the version and what it runs on.";

    public IReadOnlyList<Type> Areas => [];

    /// <summary>As <c>web3_clientVersion</c> says it: name, version, system, runtime.</summary>
    public static string ClientVersion { get; } =
        $"BpDao/v{Version}/{RuntimeInformation.RuntimeIdentifier}/dotnet{Environment.Version}";

    /// <summary>Number and commit, no build time: the same commit gives the same program.</summary>
    private static string Version =>
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        if (!console.TryRead(this, arguments, out _)) return Task.FromResult(ExitCode.BadInput);
        console.Out.WriteLine(ClientVersion);
        console.Out.WriteLine($"secp256k1: {Secp256k1.Default.Description}");
        console.Out.WriteLine($"BLS12-381: {Bls12381.Description}");
        console.Out.WriteLine($"modular exponentiation: {ModularExponentiation.Default.Description}");
        return Task.FromResult(ExitCode.Success);
    }
}
