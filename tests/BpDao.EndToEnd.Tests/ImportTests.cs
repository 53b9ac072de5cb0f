using System.Globalization;
using System.Text.RegularExpressions;
using BpDao.Core;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.EndToEnd.Tests;

/// <summary><c>bpdao import</c> as a process, killed while it works.</summary>
public sealed partial class ImportTests
{
    private const int Blocks = 100;

    [Fact]
    public async Task An_import_that_was_killed_goes_on_where_it_was()
    {
        using TemporaryDirectory temporary = new();
        Hash256 head = SlowChain.Write(temporary["net.json"], temporary["blocks.rlp"], Blocks);
        string[] import = ["import", temporary["blocks.rlp"], "--datadir", temporary["node"], "--chain", temporary["net.json"]];
        await using (BpDaoProcess killed = BpDaoProcess.Start(import))
        {
            await killed.ReadErrorAsync($" of {Blocks + 1} blocks, ");
            await killed.StopAsync("KILL");
        }

        (int imported, int known) = await ImportAsync(import, head);
        Assert.Equal(Blocks + 1, imported + known);
        Assert.InRange(known, 2, Blocks);

        Assert.Equal((0, Blocks + 1), await ImportAsync(import, head));
    }

    private static async Task<(int Imported, int Known)> ImportAsync(string[] import, Hash256 head)
    {
        (int code, string output, string errors) = await BpDaoProcess.RunAsync(import);
        Assert.True(code == 0, errors);
        Assert.Contains($"head {Blocks} {head}", output, StringComparison.Ordinal);
        GroupCollection counts = Counts().Match(output).Groups;
        return (int.Parse(counts[1].Value, CultureInfo.InvariantCulture), int.Parse(counts[2].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("^([0-9]+) blocks imported, ([0-9]+) were there already")]
    private static partial Regex Counts();
}
