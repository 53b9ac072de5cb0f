using System.Collections;
using BpDao.Node.Commands;
using BpDao.Testing;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.EthereumTests.Blockchain;

/// <summary>Official block tests of all forks through <c>bpdao blocktest</c>: a fixed part of each archive here, the whole by the command.</summary>
public sealed class BlockTestVectors(ITestOutputHelper output)
{
    private const string Eest = "blockchain-eest-bal5.7.0.zip", Legacy = "blockchain-legacy.zip";

    [FixtureFact(Eest)]
    public void Execution_spec_tests_pass() => Run(Eest, atLeast: 300, "--shard", "1/16");

    [FixtureFact(Legacy)]
    public void Older_tests_pass() => Run(Legacy, atLeast: 150, "--shard", "1/16");

    /// <summary>Two forks in one chain: by number, by total difficulty, by time.</summary>
    [FixtureTheory(Legacy)]
    [InlineData("FrontierToHomesteadAt5", 7)]
    [InlineData("HomesteadToDaoAt5", 3)]
    [InlineData("ArrowGlacierToParisAtDiffC0000", 3)]
    [InlineData("BerlinToLondonAt5", 3)]
    public void Transitions_pass(string fork, int tests) => Run(Legacy, tests, "--fork", fork);

    /// <summary>Chains whose blocks carry proofs of work, with branches that overtake each other.</summary>
    [FixtureFact(Legacy)]
    public void Reorganisations_pass() => Run(Legacy, atLeast: 5, "--filter", "ChainAtoChainB");

    private void Run(string archive, int atLeast, params string[] options)
    {
        StringWriter printed = new(), error = new();
        CommandConsole console = new(printed, error, TextReader.Null, IsTerminal: false, new Hashtable());
        int code = CommandTable.RunAsync(["blocktest", Path.Combine(Fixtures.Folder!, archive), .. options], console, CancellationToken.None).GetAwaiter().GetResult();
        output.WriteLine($"{printed}{error}");
        Assert.Equal(0, code);
        string[] count = printed.ToString().TrimEnd().Split('\n')[^1].Split(' ');
        Assert.Equal(("0", "failed,", "0"), (count[2], count[3], count[4]));
        Assert.True(int.Parse(count[0], System.Globalization.CultureInfo.InvariantCulture) >= atLeast, $"only {count[0]} cases were run");
    }
}
