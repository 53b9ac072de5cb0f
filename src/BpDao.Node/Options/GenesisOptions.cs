namespace BpDao.Node.Options;

/// <summary>Making a network.</summary>
internal sealed record GenesisOptions
{
    [Option("template", "path", "Template of the network that genesis build makes.")]
    public string Template { get; init; } = "";

    [Option("out", "path", "File that genesis build and genesis convert write to.")]
    public string Out { get; init; } = "";
}
