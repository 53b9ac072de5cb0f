using System.IO.Compression;

namespace BpDao.Node.Commands.StateTest;

/// <summary>A file of tests that has not been parsed yet.</summary>
internal readonly record struct TestFile(string Name, ReadOnlyMemory<byte> Content);

/// <summary>Finds test files: one file, a folder with all below it (the layout of a release), or a zip of such a folder.</summary>
internal static class StateTestSource
{
    /// <summary>The files in the order of their names, read one by one as they are asked for.</summary>
    /// <exception cref="FileNotFoundException">Nothing is at the path.</exception>
    /// <exception cref="InvalidDataException">The zip is damaged.</exception>
    public static IEnumerable<TestFile> Open(string path)
    {
        if (Directory.Exists(path)) return Folder(path);
        if (!File.Exists(path)) throw new FileNotFoundException($"{path} does not exist");
        return path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? Zip(path) : [new TestFile(path, File.ReadAllBytes(path))];
    }

    private static IEnumerable<TestFile> Folder(string path) => Directory
        .EnumerateFiles(path, "*.json", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(file => new TestFile(file, File.ReadAllBytes(file)));

    private static IEnumerable<TestFile> Zip(string path)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        foreach (ZipArchiveEntry entry in zip.Entries.OrderBy(e => e.FullName, StringComparer.Ordinal))
        {
            if (!entry.Name.EndsWith(".json", StringComparison.Ordinal)) continue;
            byte[] content = new byte[entry.Length];
            using (Stream stream = entry.Open()) stream.ReadExactly(content);
            yield return new TestFile(entry.FullName, content);
        }
    }
}
