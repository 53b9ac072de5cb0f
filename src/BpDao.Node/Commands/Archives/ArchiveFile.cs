using System.IO.Compression;
using BpDao.Blockchain.Archives;

namespace BpDao.Node.Commands.Archives;

/// <summary>One archive that the operator named: a file, a file of a folder, or an entry of a zip.</summary>
internal sealed class ArchiveFile
{
    private const long LongestEntry = 1L << 30;
    private const int BufferSize = 64 << 10;

    private readonly Func<Stream> _open;

    private ArchiveFile(string name, Func<Stream> open) => (Name, _open) = (name, open);

    public string Name { get; }

    /// <summary>The archives of a path in the order of their names. <c>blocks.zip</c> is all of the zip's archives, <c>blocks.zip/mainnet</c>
    /// those whose path in it begins so.</summary>
    /// <exception cref="OperatorFault">There is none.</exception>
    public static IReadOnlyList<ArchiveFile> Find(string path)
    {
        try
        {
            ArchiveFile[] found = (path + "/").Split(".zip/", 2) is [var zip, var within] && File.Exists(zip + ".zip")
                ? [.. EntriesOf(zip + ".zip", within.TrimEnd('/'))]
                : Directory.Exists(path)
                    ? [.. Directory.EnumerateFiles(path).Where(IsArchive).Order(StringComparer.Ordinal).Select(OfFile)]
                    : File.Exists(path) ? [OfFile(path)] : throw new OperatorFault($"'{path}' does not exist");
            return found.Length > 0 ? found : throw new OperatorFault($"'{path}' holds no .era1 and no .rlp file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new OperatorFault($"'{path}' cannot be read: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}", e);
        }
    }

    /// <summary>Opens it, having looked whether it is whole.</summary>
    /// <exception cref="OperatorFault">It is not, or it is no archive.</exception>
    public BlockArchive Open()
    {
        try
        {
            Stream content = _open();
            if (BlockArchive.TryOpen(content, out BlockArchive? archive, out string? fault)) return archive;
            content.Dispose();
            throw new OperatorFault($"{Name}: {fault}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new OperatorFault($"{Name}: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}", e);
        }
    }

    private static bool IsArchive(string name) =>
        name.EndsWith(".era1", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".rlp", StringComparison.OrdinalIgnoreCase);

    private static ArchiveFile OfFile(string path) =>
        new(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize));

    private static IEnumerable<ArchiveFile> EntriesOf(string path, string prefix)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        foreach (ZipArchiveEntry entry in zip.Entries.OrderBy(e => e.FullName, StringComparer.Ordinal))
        {
            string name = entry.FullName;
            if (!IsArchive(name) || !name.StartsWith(prefix, StringComparison.Ordinal)) continue;
            if (entry.Length > LongestEntry) throw new OperatorFault($"{path}/{name} has {entry.Length} bytes: unpack the zip and import the file");
            yield return new ArchiveFile($"{path}/{name}", () => Unpack(path, name));
        }
    }

    /// <summary>Archives are not read from front to back, as a zip's entries are.</summary>
    private static MemoryStream Unpack(string path, string name)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        ZipArchiveEntry entry = zip.GetEntry(name)!;
        byte[] content = new byte[entry.Length];
        using Stream packed = entry.Open();
        packed.ReadExactly(content);
        return new MemoryStream(content);
    }
}
