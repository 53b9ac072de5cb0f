using BpDao.Core;
using BpDao.Db;

namespace BpDao.State.Download;

/// <summary>One value in <see cref="DbColumn.Metadata"/>: that a state is being fetched, how far it came, and what its fetcher wants to remember.</summary>
/// <param name="IsCleared">The rows of the state before are gone.</param>
/// <param name="Root">Of the trie over the rows that are there.</param>
/// <param name="Progress">The fetcher's own.</param>
internal sealed record PartialMark(bool IsCleared, Hash256 Root, byte[] Progress)
{
    private const int HeaderLength = 1 + Hash256.Size;

    private static ReadOnlySpan<byte> Key => "partial-state"u8;

    public static bool IsThere(IDbReader db) => db.Contains(DbColumn.Metadata, Key);

    public static PartialMark? Read(IDbReader db)
    {
        if (db.Get(DbColumn.Metadata, Key) is not { } value) return null;
        if (value.Length < HeaderLength) throw new StateCorruptException("The mark of a partial state in the database is malformed.");
        return new PartialMark(value[0] != 0, new Hash256(value.AsSpan(1, Hash256.Size)), value[HeaderLength..]);
    }

    public static void Delete(WriteBatch batch) => batch.Delete(DbColumn.Metadata, Key);

    public void Put(WriteBatch batch) => batch.Put(DbColumn.Metadata, Key, [IsCleared ? (byte)1 : (byte)0, .. Root.Bytes, .. Progress]);
}
