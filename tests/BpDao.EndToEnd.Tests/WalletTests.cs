using System.Diagnostics;
using BpDao.Testing;
using Xunit;

namespace BpDao.EndToEnd.Tests;

/// <summary>Starts the scripts of <c>tests/e2e</c>: wallet libraries against a devnet of their own, and fleets of processes.</summary>
public sealed class WalletTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(8);

    [WalletTheory]
    [InlineData("viem")]
    [InlineData("ethers")]
    [InlineData("cast")]
    [InlineData("devp2p")]
    [InlineData("fleet")]
    public async Task Script_passes(string name)
    {
        ProcessStartInfo start = new("node", ["--test", "--test-reporter=tap", $"{name}.test.mjs"])
        {
            WorkingDirectory = WalletTheoryAttribute.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["E2E_BPDAO"] = BpDaoProcess.Binary;
        start.Environment["E2E_BYZANTINE"] = BpDaoProcess.Byzantine;
        using Process node = Process.Start(start)!;
        using CancellationTokenSource deadline = new(Deadline);
        Task<string> output = node.StandardOutput.ReadToEndAsync(deadline.Token), errors = node.StandardError.ReadToEndAsync(deadline.Token);
        await node.WaitForExitAsync(deadline.Token);

        Assert.True(node.ExitCode == 0, await output + await errors);
        Assert.Contains("# fail 0", await output, StringComparison.Ordinal);
    }
}

/// <summary>Skipped, with the reason, where the scripts' packages are not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WalletTheoryAttribute : TheoryAttribute
{
    public WalletTheoryAttribute()
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules"))) Skip = "tests/e2e/node_modules is not here: run 'npm ci --ignore-scripts' there";
    }

    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "e2e");
}
