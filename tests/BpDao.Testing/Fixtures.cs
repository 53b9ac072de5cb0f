using System.IO.Compression;
using System.Text.Json;

namespace BpDao.Testing;

/// <summary>The official test vectors: zip archives in <c>BPDAO_FIXTURES</c>, or in <c>../shared/fixtures</c> beside the repository.</summary>
public static class Fixtures
{
    private static readonly Lazy<string?> Found = new(Find);

    /// <summary>Where the archives are; null when there are none.</summary>
    public static string? Folder => Found.Value;

    public static bool Has(string archive) => Folder is { } folder && File.Exists(Path.Combine(folder, archive));

    /// <exception cref="FileNotFoundException">The archive is absent: ask <see cref="Has"/>, or use <see cref="FixtureFactAttribute"/>.</exception>
    public static ZipArchive Open(string archive) =>
        ZipFile.OpenRead(Path.Combine(Folder ?? throw new FileNotFoundException("No fixtures folder.", archive), archive));

    /// <summary>One JSON file of an archive.</summary>
    public static JsonDocument ReadJson(string archive, string path)
    {
        using ZipArchive zip = Open(archive);
        ZipArchiveEntry entry = zip.GetEntry(path) ?? throw new FileNotFoundException($"{archive} has no {path}.");
        using Stream stream = entry.Open();
        return JsonDocument.Parse(stream, new JsonDocumentOptions { AllowTrailingCommas = true });
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("BPDAO_FIXTURES") is { Length: > 0 } set) return set;
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            if (!File.Exists(Path.Combine(d.FullName, "BpDao.sln"))) continue;
            string beside = Path.GetFullPath(Path.Combine(d.FullName, "..", "shared", "fixtures"));
            return Directory.Exists(beside) ? beside : null;
        }

        return null;
    }
}
