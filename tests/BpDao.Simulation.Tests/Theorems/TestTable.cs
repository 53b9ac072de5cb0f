using System.Text.RegularExpressions;
using BpDao.Testing;
using Xunit;

namespace BpDao.Simulation.Tests.Theorems;

/// <summary>Rows of a table of docs/testing.md: what must hold or may happen, and the tests that show it as <c>`Class.Method`</c>.</summary>
internal sealed partial class TestTable
{
    private static readonly Dictionary<string, string> Sources = ((string[])["tests", "src/contracts/test"])
        .SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.*", SearchOption.AllDirectories))
        .Where(f => (f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".t.sol", StringComparison.Ordinal)) && !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/node_modules/", StringComparison.Ordinal))
        .GroupBy(f => Path.GetFileName(f).Split('.')[0]).ToDictionary(g => g.Key, g => string.Concat(g.Select(File.ReadAllText)));

    public required IReadOnlyDictionary<string, string> Rows { get; init; }

    /// <param name="name">A regular expression of the first column.</param>
    public static TestTable Read(string name) => new()
    {
        Rows = File.ReadLines(Repository.PathOf("docs", "testing.md")).Select(line => Regex.Match(line, $@"^\| ({name}) \| (.*) \|$")).Where(m => m.Success)
            .ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value),
    };

    public static IReadOnlyList<(string Class, string Method)> TestsIn(string row) => [.. ReferencePattern().Matches(row).Select(m => (m.Groups[1].Value, m.Groups[2].Value))];

    /// <summary>The table must not rot.</summary>
    public void NamesTestsThatExist()
    {
        foreach ((string name, string row) in Rows)
        {
            IReadOnlyList<(string Class, string Method)> tests = TestsIn(row);
            Assert.True(tests.Count > 0, $"{name} names no test");
            foreach ((string type, string method) in tests)
            {
                Assert.True(Sources.TryGetValue(type, out string? source), $"{name}: there is no {type}");
                Assert.True(Regex.IsMatch(source!, $@"(void|Task|function) {Regex.Escape(method)}\("), $"{name}: {type} has no {method}");
            }
        }
    }

    [GeneratedRegex(@"`(\w+)\.(\w+)`")]
    private static partial Regex ReferencePattern();
}
