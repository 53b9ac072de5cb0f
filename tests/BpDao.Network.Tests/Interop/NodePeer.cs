using System.Diagnostics;
using System.Text.Json;
using BpDao.Network.Tests.Sessions;
using BpDao.Testing;
using Xunit;

namespace BpDao.Network.Tests.Interop;

/// <summary>A peer of <c>@ethereumjs/devp2p</c>: the process of <c>tests/e2e/rlpx-peer.mjs</c>.</summary>
internal sealed class NodePeer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private NodePeer(Process process) => (_process, _errors) = (process, process.StandardError.ReadToEndAsync());

    public static NodePeer Start(params string[] arguments) => new(Process.Start(new ProcessStartInfo("node", ["rlpx-peer.mjs", .. arguments])
    {
        WorkingDirectory = NodePeerFactAttribute.Folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!);

    /// <summary>What it says next.</summary>
    public async Task<JsonElement> NextAsync()
    {
        string? line = await _process.StandardOutput.ReadLineAsync().WaitAsync(TestHost.Deadline);
        if (line is null) Assert.Fail(await _errors);
        return JsonDocument.Parse(line!).RootElement;
    }

    public Task TellAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using CancellationTokenSource late = new(TestHost.Deadline);
        await _process.WaitForExitAsync(late.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}

/// <summary>Skipped, with the reason, where the script's packages are not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NodePeerFactAttribute : FactAttribute
{
    public NodePeerFactAttribute()
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "@ethereumjs", "devp2p"))) Skip = "tests/e2e/node_modules is not here: run 'npm ci --ignore-scripts' there";
    }

    public static string Folder { get; } = Repository.PathOf("tests", "e2e");
}
