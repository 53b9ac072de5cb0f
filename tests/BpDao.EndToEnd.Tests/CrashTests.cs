using System.Diagnostics;
using BpDao.Testing;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.EndToEnd.Tests;

/// <summary>Runs <c>tools/crash-test</c>, which kills real processes; the full count is for people: <c>tools/crash-test 50</c>.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(8);

    [CrashTestFact]
    public async Task A_devnet_killed_at_random_moments_loses_no_block_and_forks_at_no_height()
    {
        ProcessStartInfo start = new("node", [Repository.PathOf("tools", "crash-test"), "3"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The node of the same build as this test: .../bin/<configuration>/net10.0/.
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        start.Environment["E2E_BPDAO"] = Repository.PathOf("src", "BpDao.Node", "bin", configuration, "net10.0", "bpdao.dll");
        using Process process = Process.Start(start)!;
        Task<string> lines = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource late = new(Deadline);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        output.WriteLine(await lines);
        output.WriteLine(await errors);
        Assert.Equal(0, process.ExitCode);
        string summary = (await lines).TrimEnd().Split('\n')[^1];
        Assert.Matches("^3 rounds, [0-9]+ blocks, 0 lost, 0 forks$", summary);
    }
}

/// <summary>A fact that needs Node.js; skipped, with the reason, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CrashTestFactAttribute : FactAttribute
{
    public CrashTestFactAttribute() =>
        Skip = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(d => File.Exists(Path.Combine(d, "node")))
            ? null : "Node.js is not here";
}
