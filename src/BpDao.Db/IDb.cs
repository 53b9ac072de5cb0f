namespace BpDao.Db;

/// <summary>An ordered key-value store in columns with atomic batches.</summary>
/// <remarks>
/// Every write goes through the write-ahead log, so the death of the process loses nothing that <see cref="Write"/> returned
/// from. The loss of power may lose the latest writes that were not synced, always a suffix of them, never part of a batch.
/// I/O errors, a full disk and corruption are <see cref="DbException"/>: the node stops.
/// </remarks>
public interface IDb : IDbReader, IDisposable
{
    /// <summary>The database as it is now, unaffected by later writes. Dispose it soon: it keeps replaced entries on disk.</summary>
    IDbSnapshot CreateSnapshot();

    /// <summary>Writes all of the batch or, when it throws, nothing. Of several entries for one key the last one counts.</summary>
    /// <param name="batch">Stays as it is; may be cleared and used again.</param>
    /// <param name="sync">True: this batch, and everything written before, is on the medium before the call returns.</param>
    void Write(WriteBatch batch, bool sync = false);
}

/// <summary>The database at one moment.</summary>
public interface IDbSnapshot : IDbReader, IDisposable;
