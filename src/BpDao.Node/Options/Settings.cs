using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace BpDao.Node.Options;

/// <summary>All options with their values: defaults, then the file, then the environment, then the command line; the later wins.</summary>
internal sealed class Settings
{
    private const string ConfigKey = "config";

    private readonly Dictionary<Type, object> _areas = OptionCatalog.Areas.ToDictionary(a => a, a => Activator.CreateInstance(a)!);
    private readonly Dictionary<string, string> _sources = OptionCatalog.All.ToDictionary(o => o.Key, _ => "default");

    private Settings()
    {
    }

    public TArea Get<TArea>() => (TArea)_areas[typeof(TArea)];

    /// <summary>Each option, its value as text and where that came from.</summary>
    public IEnumerable<(OptionDefinition Option, string Value, string Source)> Explain() =>
        OptionCatalog.All.Select(o => (o, o.ValueOf(_areas[o.Area]), _sources[o.Key]));

    /// <summary>True when somebody said so, be it the default's value.</summary>
    public bool IsGiven(string key) => _sources[key] != "default";

    /// <param name="areas">Areas whose options the command line may name.</param>
    /// <param name="positional">Arguments that are no options.</param>
    /// <param name="faults">Every fault found, one line each, when the result is false.</param>
    public static bool TryRead(
        IReadOnlyList<string> arguments, IDictionary environment, IReadOnlyList<Type> areas, [NotNullWhen(true)] out Settings? settings,
        out List<string> positional, out List<string> faults)
    {
        faults = [];
        positional = [];
        Settings read = new();
        List<OptionDefinition> allowed = [.. OptionCatalog.All.Where(o => areas.Contains(o.Area))];
        IReadOnlyList<OptionText> commandLine = OptionSources.FromCommandLine(arguments, allowed, positional, faults);
        IReadOnlyList<OptionText> variables = OptionSources.FromEnvironment(environment, faults);
        string file = commandLine.Concat(variables).FirstOrDefault(o => o.Key == ConfigKey).Text ?? "";
        if (file.Length != 0) read.Apply(OptionSources.FromFile(file, faults), faults);
        read.Apply(variables, faults);
        read.Apply(commandLine, faults);
        foreach (IValidatedOptions area in read._areas.Values.OfType<IValidatedOptions>()) faults.AddRange(area.Faults());
        settings = faults.Count == 0 ? read : null;
        return settings is not null;
    }

    private void Apply(IReadOnlyList<OptionText> texts, List<string> faults)
    {
        foreach (OptionText text in texts)
        {
            if (OptionCatalog.All.FirstOrDefault(o => o.Key == text.Key) is not { } option)
            {
                faults.Add($"{text.Source}: {text.Key}: no such option");
                continue;
            }

            string? fault = option.Set(_areas[option.Area], text.Text);
            if (fault is null) _sources[option.Key] = text.Source;
            else faults.Add($"{(text.Source == "command line" ? "--" : text.Source + ": ")}{text.Key}: '{text.Text}': {fault}");
        }
    }
}
