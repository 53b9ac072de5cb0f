namespace BpDao.Node.Commands.Bench.Blocks;

/// <summary>What one benchmark gave. Times are in seconds, one for each run, for all of its blocks together.</summary>
internal sealed record BlockRow
{
    public required string Name { get; init; }

    /// <summary>Null when every block was judged as it must be; else the run is worth nothing.</summary>
    public string? Error { get; init; }

    public int Blocks { get; init; }

    public int Transactions { get; init; }

    public ulong Gas { get; init; }

    /// <summary>Senders and execution, no root.</summary>
    public IReadOnlyList<double> Execute { get; init; } = [];

    /// <summary>Everything a block is judged by: header, body, senders, execution, receipts root, state root.</summary>
    public IReadOnlyList<double> Judge { get; init; } = [];

    /// <summary>Judged and on disk; empty where nothing is written to a disk.</summary>
    public IReadOnlyList<double> Import { get; init; } = [];

    /// <summary>Memory allocated while the blocks were executed without a root, in bytes, in the last run.</summary>
    public long Allocated { get; init; }

    /// <summary>Keys and values handed to the database, in bytes.</summary>
    public long Written { get; init; }

    /// <summary>What the process wrote to the disk meanwhile: log, flushes and compactions; null where the system does not tell.</summary>
    public long? WrittenToDisk { get; init; }
}
