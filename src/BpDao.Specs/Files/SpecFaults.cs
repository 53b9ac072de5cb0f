namespace BpDao.Specs.Files;

/// <summary>The first thing wrong with a chainspec: what comes after it is often its consequence.</summary>
public sealed class SpecFaults
{
    private const int MaxQuoted = 80;

    /// <summary><c>path: what is wrong</c>, on one line; null while nothing is.</summary>
    public string? First { get; private set; }

    public void Add(string path, string message) => First ??= path.Length == 0 ? message : $"{path}: {message}";

    /// <summary>A piece of the file, fit for a message of one line.</summary>
    public static string Quote(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        return line.Length <= MaxQuoted ? $"'{line}'" : $"'{line[..MaxQuoted]}…'";
    }
}
