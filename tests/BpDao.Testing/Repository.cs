namespace BpDao.Testing;

/// <summary>Files of the source tree that the tests run from.</summary>
public static class Repository
{
    /// <summary>The folder with <c>BpDao.sln</c>.</summary>
    public static string Root { get; } = Find();

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            if (File.Exists(Path.Combine(d.FullName, "BpDao.sln"))) return d.FullName;
        }

        throw new InvalidOperationException("The tests do not run from inside the source tree.");
    }
}
