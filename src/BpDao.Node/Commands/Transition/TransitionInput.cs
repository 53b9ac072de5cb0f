using System.Text.Json;

namespace BpDao.Node.Commands.Transition;

/// <summary>The three documents: each from a file, or together as members <c>alloc</c>, <c>env</c>, <c>txs</c> (or <c>txsRlp</c>) of one on
/// standard input.</summary>
/// <param name="Txs">An array of transactions, or a string: the RLP list of signed ones in hex.</param>
internal sealed record TransitionInput(JsonElement Alloc, JsonElement Env, JsonElement Txs)
{
    public static TransitionInput Read(TransitionOptions options, TextReader stdin)
    {
        JsonElement together = options.ReadsStdin ? Parse("standard input", stdin.ReadToEnd()) : default;
        if (options.ReadsStdin && together.ValueKind != JsonValueKind.Object) throw TransitionFault.Json("standard input: not an object");
        return TransitionFault.Reading("standard input", () => Split(options, together));
    }

    private static TransitionInput Split(TransitionOptions options, JsonElement together) => new(
        One(options.Alloc, together, "alloc"),
        One(options.Env, together, "env"),
        options.Txs == TransitionOptions.Stdin && HasRlp(together, out JsonElement rlp) ? rlp : One(options.Txs, together, "txs"));

    private static bool HasRlp(JsonElement together, out JsonElement rlp) =>
        together.TryGetProperty("txsRlp", out rlp) && rlp.ValueKind == JsonValueKind.String && rlp.GetString() is { Length: > 0 };

    private static JsonElement One(string from, JsonElement together, string member)
    {
        if (from != TransitionOptions.Stdin) return Parse(from, ReadFile(from));
        return together.TryGetProperty(member, out JsonElement found) ? found : throw TransitionFault.Json($"standard input has no '{member}'");
    }

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TransitionFault.InputOutput($"{path}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static JsonElement Parse(string from, string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw TransitionFault.Json($"{from}: {e.Message.ReplaceLineEndings(" ")}");
        }
    }
}
