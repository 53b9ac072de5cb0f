namespace BpDao.Node.Options;

/// <summary>Makes a property of an option record an option of the program.</summary>
/// <param name="key">As written on the command line after <c>--</c> and in files, e.g. <c>http.port</c>.</param>
/// <param name="unit">What its value counts or names, e.g. <c>port</c>, <c>bytes</c>, <c>path</c>, <c>on/off</c>.</param>
/// <param name="description">One sentence.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OptionAttribute(string key, string unit, string description) : Attribute
{
    public string Key { get; } = key;

    public string Unit { get; } = unit;

    public string Description { get; } = description;

    /// <summary>Least allowed number.</summary>
    public long Min { get; init; }

    /// <summary>Greatest allowed number.</summary>
    public long Max { get; init; } = long.MaxValue;

    /// <summary>The only allowed texts; empty allows all.</summary>
    public string[] Choices { get; init; } = [];
}

/// <summary>What an area's options must be together.</summary>
internal interface IValidatedOptions
{
    /// <summary>Faults as one line each; none when the values fit.</summary>
    IEnumerable<string> Faults();
}
