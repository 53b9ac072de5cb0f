namespace BpDao.Node.Storage;

/// <summary>A data directory that this process alone uses until it is disposed, or that it only visits.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream? _lock;
    private readonly bool _temporary;

    private DataDirectory(string path, FileStream? @lock, bool temporary)
    {
        Path = path;
        _lock = @lock;
        _temporary = temporary;
    }

    public string Path { get; }

    /// <summary>Opens or creates the directory; an empty path makes one that is gone afterwards.</summary>
    /// <exception cref="OperatorFault">It cannot be made, written or locked.</exception>
    public static DataDirectory Open(string path)
    {
        bool temporary = path.Length == 0;
        return Make(temporary ? Directory.CreateTempSubdirectory("bpdao-").FullName : System.IO.Path.GetFullPath(path), isAlone: true, temporary);
    }

    /// <summary>Opens or creates the directory although a node may be running in it: for what is read, or written whole and read at the next start.</summary>
    /// <exception cref="OperatorFault">It cannot be made.</exception>
    public static DataDirectory Visit(string path) => Make(System.IO.Path.GetFullPath(path), isAlone: false, temporary: false);

    public string Combine(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose()
    {
        _lock?.Dispose();
        if (_temporary) Directory.Delete(Path, recursive: true);
    }

    private static DataDirectory Make(string full, bool isAlone, bool temporary)
    {
        try
        {
            Directory.CreateDirectory(full);
            return new DataDirectory(full, isAlone ? Lock(full) : null, temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorFault($"data directory '{full}' cannot be used: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}", e);
        }
    }

    private static FileStream Lock(string directory)
    {
        string file = System.IO.Path.Combine(directory, "bpdao.lock");
        try
        {
            // The file stays: removing it would let two processes each lock a file of that name. The system ends the lock with the process.
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(file))
        {
            throw new OperatorFault($"data directory '{directory}' is in use by another process", e);
        }
    }
}
