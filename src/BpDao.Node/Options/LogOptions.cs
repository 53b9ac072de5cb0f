namespace BpDao.Node.Options;

/// <summary>What is written about the node's doings.</summary>
internal sealed record LogOptions
{
    [Option("log.level", "level", "Least important line that is written.", Choices = ["verbose", "debug", "information", "warning", "error"])]
    public string Level { get; init; } = "information";

    [Option("log.file", "path", "File for the log, beside the terminal; empty writes none.")]
    public string File { get; init; } = "";
}
