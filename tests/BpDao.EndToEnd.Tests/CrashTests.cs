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
        start.Environment["E2E_BPDAO"] = BpDaoProcess.Binary;
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

/// <summary>Its payments are signed by the packages of the wallet tests; skipped, with the reason, where those are not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CrashTestFactAttribute : FactAttribute
{
    public CrashTestFactAttribute() => Skip = new WalletTheoryAttribute().Skip;
}
