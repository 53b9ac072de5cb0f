using System.Xml.Linq;
using BpDao.Testing;

namespace BpDao.Architecture.Tests;

/// <summary>The projects under <c>src</c> as their files say, without the prefix of their names.</summary>
internal static class ProjectFiles
{
    private const string Prefix = "BpDao.";

    public static IReadOnlyDictionary<string, IReadOnlySet<string>> References { get; } = Directory
        .EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
        .ToDictionary(NameOf, ReferencesOf);

    /// <summary>The assembly of a project in the build these tests belong to.</summary>
    public static string AssemblyOf(string project) => Path.Combine(
        Repository.PathOf("src", "BpDao.Node", "bin"),
        AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug",
        "net10.0", project == "Node" ? "bpdao.dll" : $"{Prefix}{project}.dll");

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path)[Prefix.Length..];

    private static IReadOnlySet<string> ReferencesOf(string path) =>
        XDocument.Load(path).Descendants("ProjectReference").Select(r => NameOf(r.Attribute("Include")!.Value.Replace('\\', '/'))).ToHashSet();
}
