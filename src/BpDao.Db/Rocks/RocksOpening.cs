using RocksDbSharp;

namespace BpDao.Db.Rocks;

/// <summary>How a directory becomes an open RocksDB, and what to tell the operator when it does not.</summary>
internal static class RocksOpening
{
    private const int BloomBitsPerKey = 10;
    private const ulong BlockBytes = 8 << 10;
    private const double MemoryFilterRatio = 0.1;
    private const string DefaultFamily = "default";

    public static RocksDb Open(string directory, RocksOptions options)
    {
        try
        {
            Directory.CreateDirectory(directory);
            RefuseUnknownColumns(directory);
            return RocksDb.Open(DatabaseOptions(options), directory, Columns(options));
        }
        catch (Exception error) when (error is RocksDbException or IOException or UnauthorizedAccessException)
        {
            throw new DbOpenException($"Cannot open the database in '{directory}': {Reason(error)}.", error);
        }
    }

    private static void RefuseUnknownColumns(string directory)
    {
        if (!File.Exists(Path.Combine(directory, "CURRENT"))) return;
        HashSet<string> known = [.. Enum.GetNames<DbColumn>(), DefaultFamily];
        foreach (string name in RocksDb.ListColumnFamilies(new DbOptions(), directory))
        {
            if (known.Contains(name)) continue;
            throw new DbOpenException($"Cannot use the database in '{directory}': it has a column '{name}', which this program does not know.");
        }
    }

    private static DbOptions DatabaseOptions(RocksOptions options) => new DbOptions()
        .SetCreateIfMissing(true)
        .SetCreateMissingColumnFamilies(true)
        .SetDbWriteBufferSize(options.WriteBufferBytes)
        .SetMaxTotalWalSize(options.WriteBufferBytes)
        .SetMaxOpenFiles(options.MaxOpenFiles)
        .SetWalRecoveryMode(Recovery.PointInTime)
        .SetKeepLogFileNum(4)
        .IncreaseParallelism(Math.Min(Environment.ProcessorCount, 4));

    private static ColumnFamilies Columns(RocksOptions options)
    {
        Cache cache = Cache.CreateLru(options.BlockCacheBytes);
        ColumnFamilies families = new(ColumnOptions(options, cache));
        foreach (DbColumn column in Enum.GetValues<DbColumn>())
        {
            ColumnFamilyOptions family = ColumnOptions(options, cache);
            if (IsReadAtRandom(column)) FilterMemory(family);
            families.Add(new ColumnFamilies.Descriptor(column.ToString(), family));
        }

        return families;
    }

    private static bool IsReadAtRandom(DbColumn column) =>
        column is DbColumn.Accounts or DbColumn.Storage or DbColumn.AccountNodes or DbColumn.StorageNodes;

    /// <summary>Spares most reads the search through the writes that are still in memory, where few keys are: a read takes about a third less
    /// processor time, a write about a seventh more (measured with 100,000 keys in memory and a million on disk).</summary>
    private static void FilterMemory(ColumnFamilyOptions family)
    {
        family.SetMemtablePrefixBloomSizeRatio(MemoryFilterRatio);
        Native.Instance.rocksdb_options_set_memtable_whole_key_filtering(family.Handle, 1);
    }

    private static ColumnFamilyOptions ColumnOptions(RocksOptions options, Cache cache) => new ColumnFamilyOptions()
        .SetCompression(Compression.Lz4)
        .SetWriteBufferSize(options.WriteBufferBytes / 4)
        .SetBlockBasedTableFactory(new BlockBasedTableOptions()
            .SetBlockCache(cache)
            .SetBlockSize(BlockBytes)
            .SetFilterPolicy(BloomFilterPolicy.Create(BloomBitsPerKey, false))
            .SetCacheIndexAndFilterBlocks(true)
            .SetPinL0FilterAndIndexBlocksInCache(true));

    private static string Reason(Exception error)
    {
        string message = error.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
        return message.Contains("LOCK", StringComparison.Ordinal) && message.Contains("lock", StringComparison.Ordinal)
            ? "another process is using it"
            : message;
    }
}
