using System.Text.RegularExpressions;
using BpDao.Testing;
using Xunit;

namespace BpDao.Simulation.Tests.Theorems;

/// <summary>The table of docs/testing.md that maps theorems to tests must not rot.</summary>
public sealed partial class TheoremTableTests
{
    private static readonly string[] Theorems =
        [.. Numbered('S', 8), .. Numbered('A', 9), .. Numbered('L', 9), .. Numbered('B', 4)];

    private static readonly Dictionary<string, string> Rows = File.ReadLines(Repository.PathOf("docs", "testing.md"))
        .Select(line => RowPattern().Match(line)).Where(m => m.Success).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

    private static readonly Dictionary<string, string> Sources = ((string[])["tests", "src/contracts/test"])
        .SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.*", SearchOption.AllDirectories))
        .Where(f => (f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".t.sol", StringComparison.Ordinal)) && !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/node_modules/", StringComparison.Ordinal))
        .GroupBy(f => Path.GetFileName(f).Split('.')[0]).ToDictionary(g => g.Key, g => string.Concat(g.Select(File.ReadAllText)));

    [Fact]
    public void Every_theorem_has_its_row() => Assert.Equal(Theorems.Order(), Rows.Keys.Order());

    [Fact]
    public void Every_test_named_there_exists()
    {
        foreach ((string theorem, string row) in Rows)
        {
            List<(string Class, string Method)> tests = [.. ReferencePattern().Matches(row).Select(m => (m.Groups[1].Value, m.Groups[2].Value))];
            Assert.True(tests.Count > 0, $"{theorem} names no test");
            foreach ((string type, string method) in tests)
            {
                Assert.True(Sources.TryGetValue(type, out string? source), $"{theorem}: there is no {type}");
                Assert.True(Regex.IsMatch(source!, $@"(void|Task|function) {Regex.Escape(method)}\("), $"{theorem}: {type} has no {method}");
            }
        }
    }

    [Fact]
    public void Theorems_of_the_protocol_stand_in_the_name_of_a_test()
    {
        foreach (string theorem in Theorems)
        {
            Assert.True(ReferencePattern().Matches(Rows[theorem]).Any(m => m.Groups[2].Value.StartsWith(theorem + "_", StringComparison.Ordinal)), $"no test is named {theorem}_…");
        }
    }

    private static IEnumerable<string> Numbered(char letter, int count) => Enumerable.Range(1, count).Select(i => $"{letter}{i}");

    [GeneratedRegex(@"^\| ([SALB]\d) \| (.*) \|$")]
    private static partial Regex RowPattern();

    [GeneratedRegex(@"`(\w+)\.(\w+)`")]
    private static partial Regex ReferencePattern();
}
