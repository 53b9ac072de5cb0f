using BpDao.Db.Rocks;

namespace BpDao.Node.Options;

/// <summary>The database on disk and how much of the past it keeps.</summary>
internal sealed record DatabaseOptions
{
    [Option("db.cache", "MiB", "Uncompressed blocks kept in memory.", Min = 8, Max = 1 << 20)]
    public int CacheMiB { get; init; } = 256;

    [Option("db.write-buffer", "MiB", "Writes kept in memory before they go to files.", Min = 8, Max = 1 << 20)]
    public int WriteBufferMiB { get; init; } = 256;

    [Option("db.max-open-files", "files", "Database files kept open.", Min = 64)]
    public int MaxOpenFiles { get; init; } = 512;

    // Two groups of blocks that are written at once (32 each) must not outrun who reads the state of the head.
    [Option("state.history", "blocks", "Blocks whose state stays readable, at least 128.", Min = 128)]
    public int History { get; init; } = 128;

    [Option("state.archive", "on/off", "Keep the state of every block.")]
    public bool Archive { get; init; }

    /// <param name="databases">Databases of this process; they share the memory.</param>
    public RocksOptions ToRocks(int databases) => new()
    {
        BlockCacheBytes = ((ulong)CacheMiB << 20) / (ulong)databases,
        WriteBufferBytes = ((ulong)WriteBufferMiB << 20) / (ulong)databases,
        MaxOpenFiles = MaxOpenFiles,
    };
}
