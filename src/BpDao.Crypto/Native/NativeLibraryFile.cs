using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace BpDao.Crypto;

/// <summary>A shared library found by a fixed order: the operator's path, then the application's folder, then the system's loader.</summary>
internal readonly record struct NativeLibraryFile(nint Handle, string Path)
{
    /// <param name="overridePath">A path that must load; with it nothing else is tried. Null or empty: none was given.</param>
    /// <param name="names">File names, the preferred one first.</param>
    public static bool TryOpen(string? overridePath, ReadOnlySpan<string> names, out NativeLibraryFile file, [NotNullWhen(false)] out string? reason)
    {
        file = default;
        reason = null;
        if (!string.IsNullOrEmpty(overridePath))
        {
            if (TryLoad(overridePath, out file)) return true;
            reason = $"'{overridePath}' is not a loadable library";
            return false;
        }

        foreach (string name in names)
        {
            string beside = System.IO.Path.Combine(AppContext.BaseDirectory, name);
            if (File.Exists(beside) && TryLoad(beside, out file)) return true;
        }

        foreach (string name in names)
        {
            if (TryLoad(name, out file)) return true;
        }

        reason = $"none of {string.Join(", ", names.ToArray())} is installed";
        return false;
    }

    public nint Export(string symbol) => NativeLibrary.GetExport(Handle, symbol);

    private static bool TryLoad(string path, out NativeLibraryFile file)
    {
        bool loaded = NativeLibrary.TryLoad(path, out nint handle);
        file = new NativeLibraryFile(handle, path);
        return loaded;
    }
}
