namespace BpDao.Db.Rocks;

/// <summary>What an operator may choose about the database on disk; nothing here changes what it answers.</summary>
public sealed record RocksOptions
{
    /// <summary>Uncompressed blocks kept in memory, for all columns together, in bytes.</summary>
    public ulong BlockCacheBytes { get; init; } = 256UL << 20;

    /// <summary>Writes kept in memory before they go to files, for all columns together, in bytes. So much log is read again at the
    /// next start, too.</summary>
    public ulong WriteBufferBytes { get; init; } = 128UL << 20;

    /// <summary>Files kept open; −1 is all of them.</summary>
    public int MaxOpenFiles { get; init; } = 512;
}
