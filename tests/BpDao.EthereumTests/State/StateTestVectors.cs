using System.Text.Json;
using BpDao.Core;
using BpDao.Node.Commands.Conformance;
using BpDao.Node.Commands.StateTest;
using BpDao.Testing;
using Xunit;

namespace BpDao.EthereumTests.State;

/// <summary>Official state tests of all forks, a fixed part of each archive: <c>bpdao statetest</c> runs them whole.</summary>
public sealed class StateTestVectors
{
    private const string Eest = "state-eest-v5.4.0.zip", Cancun = "state-legacy-cancun.zip", Constantinople = "state-legacy-constantinople.zip";

    private static readonly StateTestRunner Runner = new();

    [FixtureTheory(Eest)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Execution_spec_tests_pass(int shard) => RunShard(Eest, shard, shards: 16, atLeast: 500);

    [FixtureTheory(Cancun)]
    [InlineData(0)]
    [InlineData(1)]
    public void Legacy_tests_from_Istanbul_to_Cancun_pass(int shard) => RunShard(Cancun, shard, shards: 64, atLeast: 500);

    [FixtureTheory(Constantinople)]
    [InlineData(0)]
    [InlineData(1)]
    public void Legacy_tests_from_Frontier_to_Constantinople_pass(int shard) => RunShard(Constantinople, shard, shards: 32, atLeast: 200);

    /// <summary>Every <paramref name="shards"/>-th file from <paramref name="shard"/> on.</summary>
    private static void RunShard(string archive, int shard, int shards, int atLeast)
    {
        List<string> failures = [];
        int cases = 0;
        using TestSource source = TestSource.Open(Path.Combine(Fixtures.Folder!, archive));
        foreach (TestFile file in source.Files.Where((_, i) => i % shards == shard))
        {
            using JsonDocument json = JsonDocument.Parse(file.Read());
            foreach (StateTestCase test in StateTestReader.Read(json.RootElement, TestSelection.All))
            {
                cases++;
                StateTestOutcome outcome = Runner.Run(test, tracer: null);
                if (!outcome.Passed) failures.Add($"{test.Name} {test.Fork} {test.Variant}: {outcome.Error}");
            }
        }

        Assert.Empty(failures);
        Assert.True(cases >= atLeast, $"Only {cases} cases were found.");
    }
}
