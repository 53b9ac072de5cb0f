using BpDao.Simulation.Tests.Scenarios;
using Xunit;

namespace BpDao.Simulation.Tests.Theorems;

/// <summary>The table of docs/testing.md that maps scenarios to tests must not rot, and no scenario may be missing there.</summary>
public sealed class ScenarioTableTests
{
    private static readonly TestTable Table = TestTable.Read("(?:leader|voter|network|node|set|economics|sync|control): .*?");

    private static readonly Type[] Played =
    [
        typeof(LeaderScenarios), typeof(FaultScenarios), typeof(VoterScenarios), typeof(NetworkScenarios), typeof(NodeScenarios), typeof(DiskScenarios),
        typeof(ClockScenarios), typeof(SetScenarios), typeof(EconomyScenarios), typeof(SyncScenarios),
    ];

    [Theory]
    [InlineData("leader", 11)]
    [InlineData("voter", 9)]
    [InlineData("network", 7)]
    [InlineData("node", 8)]
    [InlineData("set", 7)]
    [InlineData("economics", 5)]
    [InlineData("sync", 6)]
    [InlineData("control", 1)]
    public void Every_kind_has_its_rows(string kind, int rows) =>
        Assert.Equal(rows, Table.Rows.Keys.Count(k => k.StartsWith(kind + ":", StringComparison.Ordinal)));

    [Fact]
    public void Every_test_named_there_exists() => Table.NamesTestsThatExist();

    [Fact]
    public void Every_kind_of_scenario_that_is_played_is_found_there()
    {
        HashSet<string> named = [.. Table.Rows.Values.SelectMany(TestTable.TestsIn).Select(t => t.Class)];
        Assert.All(Played, t => Assert.Contains(t.Name, named));
    }
}
