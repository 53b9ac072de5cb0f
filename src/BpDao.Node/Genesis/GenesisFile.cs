using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using BpDao.Specs;

namespace BpDao.Node.Genesis;

/// <summary>Templates as files, and as this program brings them.</summary>
internal static class GenesisFile
{
    /// <summary>Reads a template and makes its network.</summary>
    /// <param name="error">One line: the file, the JSON path, what is wrong.</param>
    public static bool TryBuild(
        string path, [NotNullWhen(true)] out ChainSpec? spec, out string? warning, [NotNullWhen(false)] out string? error)
    {
        (spec, warning) = (null, null);
        byte[] json;
        try
        {
            json = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error = $"{path}: {e.Message.ReplaceLineEndings(" ")}";
            return false;
        }

        if (ChainSpecFile.TryParse(json, needsGenesisHash: false, out ChainSpec? template, out error)
            && GenesisBuilder.TryBuild(template, out spec, out warning, out error))
        {
            return true;
        }

        error = $"{path}: {error}";
        return false;
    }

    /// <summary>A template that is part of this program.</summary>
    public static ChainSpec Shipped(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"chainspec/templates/{name}.json")
            ?? throw new InvalidOperationException($"The template {name} is not part of this build.");
        using MemoryStream json = new();
        stream.CopyTo(json);
        return ChainSpecFile.TryParse(json.ToArray(), needsGenesisHash: false, out ChainSpec? template, out string? error)
            ? template
            : throw new InvalidOperationException($"The template {name} of this build is unsound: {error}");
    }
}
