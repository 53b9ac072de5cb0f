using BpDao.Core;
using BpDao.Db;

namespace BpDao.Testing.Db;

/// <summary>All of a database as text, to compare byte for byte.</summary>
public static class DatabaseContent
{
    /// <summary>One line an entry: column, key, value.</summary>
    public static IReadOnlyList<string> Of(IDbReader db) =>
        [.. Enum.GetValues<DbColumn>().SelectMany(column => Of(db, column))];

    private static List<string> Of(IDbReader db, DbColumn column)
    {
        List<string> lines = [];
        using IDbIterator entries = db.Iterate(column);
        while (entries.MoveNext()) lines.Add($"{column} {Hex.Encode(entries.Key)} {Hex.Encode(entries.Value)}");
        return lines;
    }
}
