using System.Buffers.Binary;

namespace BpDao.Db;

/// <summary>Which shapes of keys and values a database holds, written into it when it is created.</summary>
public static class DatabaseFormat
{
    /// <summary>Raised whenever a column, a key or a value changes its shape.</summary>
    public const uint Version = 2;

    /// <summary>Key in <see cref="DbColumn.Metadata"/>; the value is four bytes, big-endian.</summary>
    public static ReadOnlySpan<byte> Key => "format-version"u8;

    /// <summary>Marks a new database with this version, or says why an existing one cannot be used: one clause, or null.</summary>
    internal static string? MarkOrRefuse(IDb db)
    {
        byte[]? stored = db.Get(DbColumn.Metadata, Key);
        if (stored is null)
        {
            // Killed between its creation and the mark, a database is as empty as a new one.
            if (!IsEmpty(db)) return "it holds data without a format version";
            byte[] value = new byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(value, Version);
            WriteBatch batch = new();
            batch.Put(DbColumn.Metadata, Key, value);
            db.Write(batch, sync: true);
            return null;
        }

        if (stored.Length != sizeof(uint)) return "its format version is unreadable";
        uint version = BinaryPrimitives.ReadUInt32BigEndian(stored);
        return version == Version ? null : $"it has format version {version}, this program reads version {Version}";
    }

    private static bool IsEmpty(IDb db)
    {
        foreach (DbColumn column in Enum.GetValues<DbColumn>())
        {
            using IDbIterator entries = db.Iterate(column);
            if (entries.MoveNext()) return false;
        }

        return true;
    }
}
