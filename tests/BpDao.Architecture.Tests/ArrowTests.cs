using System.Text.RegularExpressions;
using BpDao.Testing;
using Xunit;

namespace BpDao.Architecture.Tests;

/// <summary>Who may use whom: the table in <c>docs/architecture.md</c> against the project files.</summary>
public sealed partial class ArrowTests
{
    [Fact]
    public void The_table_names_every_project() => Assert.Equal(ProjectFiles.References.Keys.Order(), Table().Keys.Order());

    [Fact]
    public void Every_project_references_what_the_table_says()
    {
        foreach ((string project, string[] allowed) in Table())
        {
            IEnumerable<string> expected = allowed is ["all"] ? ProjectFiles.References.Keys.Where(p => p != project) : allowed;
            Assert.True(
                ProjectFiles.References[project].SetEquals(expected),
                $"{project} references {string.Join(", ", ProjectFiles.References[project].Order())}; the table says {string.Join(", ", expected.Order())}");
        }
    }

    [Fact]
    public void Nobody_references_the_executable() => Assert.All(ProjectFiles.References, p => Assert.DoesNotContain("Node", p.Value));

    [Fact]
    public void Core_needs_no_package() =>
        Assert.DoesNotContain("PackageReference", File.ReadAllText(Repository.PathOf("src", "BpDao.Core", "BpDao.Core.csproj")), StringComparison.Ordinal);

    [Fact]
    public void The_protocol_of_consensus_is_pure()
    {
        // Evidence is made of what the protocol's messages say, and as pure.
        string[] files =
        [
            .. Directory.GetFiles(Repository.PathOf("src", "BpDao.Consensus.Por", "Protocol"), "*.cs"),
            .. Directory.GetFiles(Repository.PathOf("src", "BpDao.Consensus.Por", "Evidence"), "*.cs"),
        ];
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            string source = File.ReadAllText(file);
            // Of a block it reads the extra data alone (protocol rule 2.2).
            foreach (string folder in (string[])["Blocks", "Evidence", "Protocol"])
            {
                source = source.Replace($"using BpDao.Consensus.Por.{folder};", "", StringComparison.Ordinal);
            }

            Assert.DoesNotContain("BlockPayload", source, StringComparison.Ordinal);
            foreach (Match match in Usings().Matches(source))
            {
                string name = match.Groups[1].Value;
                Assert.True(
                    name.StartsWith("System", StringComparison.Ordinal) || name == "BpDao.Core" || name.StartsWith("BpDao.Core.", StringComparison.Ordinal),
                    $"{Path.GetFileName(file)} uses {name}");
            }

            foreach (string impure in (string[])["DateTime", "Stopwatch", "TimeProvider", "ILogger", "Random", "Thread", " async ", "Task<", "Environment."])
            {
                Assert.False(source.Contains(impure, StringComparison.Ordinal), $"{Path.GetFileName(file)} has {impure}");
            }
        }
    }

    /// <summary>Project to references, as the document says.</summary>
    private static Dictionary<string, string[]> Table()
    {
        Dictionary<string, string[]> table = [];
        bool inside = false;
        foreach (string line in File.ReadLines(Repository.PathOf("docs", "architecture.md")))
        {
            string[] cells = [.. line.Trim().Trim('|').Split('|').Select(c => c.Trim())];
            if (line.StartsWith("| Project | References |", StringComparison.Ordinal)) inside = true;
            else if (inside && !line.StartsWith('|')) break;
            else if (inside && !cells[0].StartsWith("---", StringComparison.Ordinal))
            {
                table.Add(cells[0], cells[1] == "—" ? [] : cells[1].Split(", "));
            }
        }

        return table;
    }

    [GeneratedRegex(@"^using (?:static )?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Usings();
}
