using System.IO.Compression;
using System.IO.Hashing;

namespace BpDao.Node.Commands.Conformance;

/// <summary>Finds test files: one file, a folder with all below it (the layout of the official releases), or a zip of such a folder.</summary>
internal sealed class TestSource : IDisposable
{
    /// <summary>The length stands in the zip's directory, which a torn or made-up zip may fill with anything.</summary>
    private const long LongestEntry = 1L << 30;

    private readonly ZipArchive? _zip;
    private readonly Lock _reading = new();

    private TestSource(IEnumerable<TestFile> files) => Files = [.. files];

    private TestSource(string path, ZipArchive zip)
    {
        _zip = zip;
        Files =
        [
            .. zip.Entries.Where(e => e.Name.EndsWith(".json", StringComparison.Ordinal)).OrderBy(e => e.FullName, StringComparer.Ordinal)
                .Select(e => new TestFile(e.FullName, () => Read(path, e))),
        ];
    }

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<TestFile> Files { get; }

    /// <exception cref="TestInputException">Nothing is at the path, or it cannot be opened.</exception>
    public static TestSource Open(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                return new TestSource(Directory
                    .EnumerateFiles(path, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(FileAt));
            }

            if (!File.Exists(path)) throw new TestInputException($"{path} does not exist");
            return path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)
                ? new TestSource(path, ZipFile.OpenRead(path))
                : new TestSource([FileAt(path)]);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new TestInputException($"{path} cannot be read: {e.Message}", e);
        }
    }

    public void Dispose() => _zip?.Dispose();

    private static TestFile FileAt(string path) => new(path, () =>
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new TestInputException($"{path} cannot be read: {e.Message}", e);
        }
    });

    private byte[] Read(string path, ZipArchiveEntry entry)
    {
        try
        {
            if (entry.Length > LongestEntry) throw new InvalidDataException($"the zip gives it {entry.Length} bytes; unpack it and name the file");
            byte[] content = new byte[entry.Length];
            // One stream serves all entries of a zip.
            lock (_reading)
            {
                using Stream stream = entry.Open();
                stream.ReadExactly(content);
            }

            // The archive class reads past the checksum: a flipped bit would pass as another test.
            if (Crc32.HashToUInt32(content) != entry.Crc32) throw new InvalidDataException("its checksum is wrong");
            return content;
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new TestInputException($"{path}: {entry.FullName} cannot be read: {e.Message}", e);
        }
    }

    private static bool IsUnreadable(Exception e) => e is IOException or InvalidDataException or UnauthorizedAccessException;
}
