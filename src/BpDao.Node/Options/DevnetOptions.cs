namespace BpDao.Node.Options;

/// <summary>A chain of several producers in one process.</summary>
internal sealed record DevnetOptions
{
    [Option("producers", "nodes", "Producers of a chain made at start; excludes --chain.", Min = 1, Max = 64)]
    public int Producers { get; init; } = 4;

    [Option("block-time", "seconds", "Least time between blocks of a chain made at start; excludes --chain.", Min = 1, Max = 3600)]
    public int BlockTime { get; init; } = 1;

    [Option("blocks", "blocks", "Stop with exit code 0 after this block; 0 goes on until stopped.")]
    public ulong Blocks { get; init; }

    [Option("json", "on/off", "Print one JSON object for each block on standard output, and logs on standard error.")]
    public bool Json { get; init; }
}
