using System.Collections;
using System.Text.Json;

namespace BpDao.Node.Options;

/// <summary>An option's text and where it was found.</summary>
/// <param name="Source">For people: <c>default</c>, the file's path, the variable's name or <c>command line</c>.</param>
internal readonly record struct OptionText(string Key, string Text, string Source);

/// <summary>Finds options in a file, in the environment and on the command line. Faults are collected, so that all are seen at once.</summary>
internal static class OptionSources
{
    /// <summary>A JSON object, nested (<c>{"http":{"port":8545}}</c>) or with whole keys (<c>{"http.port":8545}</c>).</summary>
    public static IReadOnlyList<OptionText> FromFile(string path, List<string> faults)
    {
        List<OptionText> found = [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind == JsonValueKind.Object) Collect(document.RootElement, "", path, found, faults);
            else faults.Add($"{path}: want a JSON object");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            faults.Add($"{path}: {e.Message.ReplaceLineEndings(" ")}");
        }

        return found;
    }

    public static IReadOnlyList<OptionText> FromEnvironment(IDictionary variables, List<string> faults)
    {
        Dictionary<string, string> keys = OptionCatalog.All.ToDictionary(o => o.EnvironmentName, o => o.Key);
        List<OptionText> found = [];
        foreach (DictionaryEntry entry in variables)
        {
            string name = (string)entry.Key;
            if (!name.StartsWith("BPDAO_", StringComparison.Ordinal) || OptionCatalog.OtherVariables.Contains(name)) continue;
            if (keys.TryGetValue(name, out string? key)) found.Add(new OptionText(key, (string?)entry.Value ?? "", name));
            else faults.Add($"{name}: no such option");
        }

        return found;
    }

    /// <summary><c>--key value</c>, <c>--key=value</c>, or <c>--flag</c>. What does not begin with <c>--</c> is left to the command.</summary>
    public static IReadOnlyList<OptionText> FromCommandLine(
        IReadOnlyList<string> arguments, IReadOnlyCollection<OptionDefinition> allowed, List<string> positional, List<string> faults)
    {
        List<OptionText> found = [];
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                positional.Add(argument);
                continue;
            }

            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? argument[2..] : argument[2..equals];
            OptionDefinition? option = allowed.FirstOrDefault(o => o.Key == key);
            if (option is null)
            {
                faults.Add($"--{key}: no such option");
                if (equals < 0 && i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal)) i++;
            }
            else if (equals >= 0)
            {
                found.Add(new OptionText(key, argument[(equals + 1)..], "command line"));
            }
            else if (option.IsFlag)
            {
                found.Add(new OptionText(key, "true", "command line"));
            }
            else if (i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                found.Add(new OptionText(key, arguments[++i], "command line"));
            }
            else
            {
                faults.Add($"--{key}: wants a value");
            }
        }

        return found;
    }

    private static void Collect(JsonElement element, string prefix, string path, List<OptionText> found, List<string> faults)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string key = prefix + property.Name;
            switch (property.Value.ValueKind)
            {
                case JsonValueKind.Object:
                    Collect(property.Value, key + ".", path, found, faults);
                    break;
                case JsonValueKind.String:
                    found.Add(new OptionText(key, property.Value.GetString()!, path));
                    break;
                case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                    found.Add(new OptionText(key, property.Value.GetRawText(), path));
                    break;
                case JsonValueKind.Array when property.Value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String):
                    found.Add(new OptionText(key, string.Join(',', property.Value.EnumerateArray().Select(e => e.GetString())), path));
                    break;
                default:
                    faults.Add($"{path}: {key}: want a string, a number, true, false or a list of strings");
                    break;
            }
        }
    }
}
