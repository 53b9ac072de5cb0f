using System.Text.RegularExpressions;
using BpDao.Testing;

namespace BpDao.EndToEnd.Tests;

/// <summary>A <c>bpdao run</c> process of a test network, with its RPC and its address for other nodes.</summary>
internal sealed partial class RunningNode : IAsyncDisposable
{
    private RunningNode(BpDaoProcess process, string enode) => (Process, Enode) = (process, enode);

    public BpDaoProcess Process { get; }

    public string Enode { get; }

    /// <summary>Starts a node on loopback and waits until it serves.</summary>
    /// <param name="account">Whose key the chainspec publishes; null: it only follows.</param>
    public static async Task<RunningNode> StartAsync(TemporaryDirectory directory, string name, string chain, string? account, params string[] arguments)
    {
        int port = BpDaoProcess.FreePort();
        string[] signing = account is null ? [] : ["--account", account];
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
