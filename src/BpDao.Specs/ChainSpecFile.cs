using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using BpDao.Specs.Files;

namespace BpDao.Specs;

/// <summary>Chainspecs as files, and geth's <c>genesis.json</c> in their place. A file is read whole or refused with one line that names the place: <c>genesis.alloc.0x….balance: …</c>.</summary>
public static class ChainSpecFile
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32 };

    /// <summary>Reads a network's file, which must name its genesis hash unless it is geth's. Whether that hash is the right one is known when the genesis
    /// block has been made; whether the engine's object is sound, the engine says.</summary>
    /// <param name="error">One line: the file, the JSON path, what is wrong.</param>
    public static bool TryLoad(string path, [NotNullWhen(true)] out ChainSpec? spec, [NotNullWhen(false)] out string? error)
    {
        spec = null;
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

        if (TryParse(json, needsGenesisHash: true, out spec, out error)) return true;
        error = $"{path}: {error}";
        return false;
    }

    /// <summary>Reads the text of a chainspec.</summary>
    /// <param name="needsGenesisHash">False: a file that is still being made may leave <c>genesisHash</c> out.</param>
    /// <param name="error">One line: the JSON path, what is wrong.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> json, bool needsGenesisHash, [NotNullWhen(true)] out ChainSpec? spec, [NotNullWhen(false)] out string? error)
    {
        SpecFaults faults = new();
        spec = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Strict);
            ReadTexts(document.RootElement);
            ChainSpec read = GethGenesisReader.Recognises(document.RootElement)
                ? GethGenesisReader.Read(document.RootElement, faults)
                : ChainSpecReader.Read(document.RootElement, needsGenesisHash, faults);
            if (faults.First is null) spec = read;
        }
        catch (JsonException e)
        {
            faults.Add("", $"not JSON: {e.Message.ReplaceLineEndings(" ")}");
        }
        catch (InvalidOperationException e)
        {
            faults.Add("", $"not UTF-8 in a text: {e.Message.ReplaceLineEndings(" ")}");
        }

        error = faults.First;
        return spec is not null;
    }

    /// <summary>The canonical text: the same network gives the same bytes. UTF-8, two blanks an indent, line feeds, accounts by address,
    /// slots by number.</summary>
    public static byte[] Format(ChainSpec spec) => ChainSpecWriter.Write(spec);

    /// <summary>The network as geth's <c>genesis.json</c>.</summary>
    /// <param name="error">One line: the JSON path of what that format cannot express.</param>
    public static bool TryFormatGeth(ChainSpec spec, [NotNullWhen(true)] out byte[]? json, [NotNullWhen(false)] out string? error) =>
        GethGenesisWriter.TryWrite(spec, out json, out error);

    /// <summary>The parser leaves texts as bytes and throws when one that is not Unicode is asked for. All are asked for here: the engine's object
    /// is read later, by others.</summary>
    /// <exception cref="InvalidOperationException">A text is not UTF-8, or has one half of a surrogate pair.</exception>
    private static void ReadTexts(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String) _ = element.GetString();
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray()) ReadTexts(item);
        }

        if (element.ValueKind != JsonValueKind.Object) return;
        foreach (JsonProperty member in element.EnumerateObject())
        {
            _ = member.Name;
            ReadTexts(member.Value);
        }
    }
}
