using System.Text.RegularExpressions;
using BpDao.Testing;

namespace BpDao.EndToEnd.Tests;

/// <summary>A <c>bpdao run</c> process of a test network, with its RPC and its address for other nodes.</summary>
internal sealed partial class RunningNode : IAsyncDisposable
{
    private RunningNode(BpDaoProcess process, string enode) => (Process, Enode) = (process, enode);

    public BpDaoProcess Process { get; }

    public string Enode { get; }

    /// <summary>Imports the key, and returns the account.</summary>
    public static async Task<string> ImportKeyAsync(TemporaryDirectory directory, string name, string key)
    {
        await File.WriteAllTextAsync(directory[$"{name}.key"], key);
        await File.WriteAllTextAsync(directory["password"], "secret\n");
        (int code, string output, string errors) = await BpDaoProcess.RunAsync(
            "account", "import", directory[$"{name}.key"], "--keystore", directory["keys"], "--password-file", directory["password"]);
        return code == 0 ? output.Split(' ')[0] : throw new InvalidOperationException(errors);
    }

    /// <summary>Starts a node on loopback and waits until it serves.</summary>
    /// <param name="account">Null: it only follows.</param>
    public static async Task<RunningNode> StartAsync(TemporaryDirectory directory, string name, string chain, string? account, params string[] arguments)
    {
        int port = BpDaoProcess.FreePort();
        string[] signing = account is null ? [] : ["--keystore", directory["keys"], "--account", account, "--password-file", directory["password"]];
        BpDaoProcess process = BpDaoProcess.StartAt(
            port,
            ["run", "--datadir", directory[name], "--chain", Repository.PathOf("chainspec", chain + ".json"), .. signing, .. BpDaoProcess.OnLoopback,
                "--http.port", $"{port}", .. arguments]);
        string enode = EnodeUrl().Match(await process.ReadLineAsync("enode://")).Value;
        await process.ReadLineAsync("RPC at");
        return new RunningNode(process, enode);
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    [GeneratedRegex("enode://[^ ]+")]
    private static partial Regex EnodeUrl();
}
