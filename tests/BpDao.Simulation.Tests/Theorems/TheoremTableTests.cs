using Xunit;

namespace BpDao.Simulation.Tests.Theorems;

/// <summary>The table of docs/testing.md that maps theorems to tests must not rot.</summary>
public sealed class TheoremTableTests
{
    private static readonly string[] Theorems =
        [.. Numbered('S', 8), .. Numbered('A', 9), .. Numbered('L', 9), .. Numbered('B', 4)];

    private static readonly TestTable Table = TestTable.Read(@"[SALB]\d");

    [Fact]
    public void Every_theorem_has_its_row() => Assert.Equal(Theorems.Order(), Table.Rows.Keys.Order());

    [Fact]
    public void Every_test_named_there_exists() => Table.NamesTestsThatExist();

    [Fact]
    public void Theorems_of_the_protocol_stand_in_the_name_of_a_test()
    {
        foreach (string theorem in Theorems)
        {
            Assert.True(TestTable.TestsIn(Table.Rows[theorem]).Any(t => t.Method.StartsWith(theorem + "_", StringComparison.Ordinal)), $"no test is named {theorem}_…");
        }
    }

    private static IEnumerable<string> Numbered(char letter, int count) => Enumerable.Range(1, count).Select(i => $"{letter}{i}");
}
