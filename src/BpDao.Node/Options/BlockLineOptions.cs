namespace BpDao.Node.Options;

/// <summary>Lines about blocks on standard output.</summary>
internal sealed record BlockLineOptions
{
    [Option("blocks", "blocks", "Stop with exit code 0 after this block; 0 goes on until stopped.")]
    public ulong Blocks { get; init; }

    [Option("json", "on/off", "Print one JSON object for each block on standard output, and logs on standard error.")]
    public bool Json { get; init; }

    [Option("print-blocks", "on/off", "Print a line for each block on standard output, and logs on standard error; a devnet always does.")]
    public bool PrintBlocks { get; init; }
}
