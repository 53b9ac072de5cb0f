using System.Buffers.Binary;
using BpDao.Core;
using BpDao.Db;

namespace BpDao.State.Tables;

/// <summary>The four kinds of rows that together are a state.</summary>
/// <remarks>
/// Keys: <see cref="Accounts"/> hash of the address; <see cref="Storage"/> the same, then hash of the slot (32 bytes, big-endian);
/// <see cref="AccountNodes"/> the path, one nibble in a byte; <see cref="StorageNodes"/> hash of the address, then the path.
/// Addresses and slots are hashed, as they are in the tries: rows lie in the order of the leaves, so a range of them is served
/// with one walk, and a state that was downloaded, where nobody is told the addresses, has the same rows as an executed one
/// (ADR 0015). It costs a read its hash.
/// </remarks>
internal enum StateTable : byte
{
    Accounts,
    Storage,
    AccountNodes,
    StorageNodes,
}

/// <summary>Where the rows of the tables lie, now and in the past.</summary>
/// <remarks>
/// A table's column holds the rows as the last committed block left them. Its history column holds for each row and each block
/// that changed it the content before that block: key, <see cref="Terminator"/>, block number; an empty value is an absent row.
/// So a row after block n is the history entry with the least number above n, or, without one, the row itself.
/// </remarks>
internal static class StateTables
{
    public const int Count = 4;

    /// <summary>The longest key: an owner and a path down to the last nibble.</summary>
    public const int LongestKey = Hash256.Size + (2 * Hash256.Size);

    public const int LongestHistoryKey = LongestKey + 1 + sizeof(ulong);

    // No nibble has this value, so the entries of a path are not mixed with those of longer paths.
    private const byte Terminator = 0xff;

    public static DbColumn Column(this StateTable table) => table switch
    {
        StateTable.Accounts => DbColumn.Accounts,
        StateTable.Storage => DbColumn.Storage,
        StateTable.AccountNodes => DbColumn.AccountNodes,
        StateTable.StorageNodes => DbColumn.StorageNodes,
        _ => throw new ArgumentOutOfRangeException(nameof(table)),
    };

    public static DbColumn History(this StateTable table) => table switch
    {
        StateTable.Accounts => DbColumn.AccountHistory,
        StateTable.Storage => DbColumn.StorageHistory,
        StateTable.AccountNodes => DbColumn.AccountNodeHistory,
        StateTable.StorageNodes => DbColumn.StorageNodeHistory,
        _ => throw new ArgumentOutOfRangeException(nameof(table)),
    };

    /// <summary>Writes the key of a history entry and returns its length.</summary>
    public static int WriteHistoryKey(Span<byte> destination, ReadOnlySpan<byte> key, ulong blockNumber)
    {
        key.CopyTo(destination);
        destination[key.Length] = Terminator;
        BinaryPrimitives.WriteUInt64BigEndian(destination[(key.Length + 1)..], blockNumber);
        return key.Length + 1 + sizeof(ulong);
    }

    /// <summary>The row and the block that a history entry is about.</summary>
    public static ReadOnlySpan<byte> ReadHistoryKey(ReadOnlySpan<byte> historyKey, out ulong blockNumber)
    {
        blockNumber = BinaryPrimitives.ReadUInt64BigEndian(historyKey[^sizeof(ulong)..]);
        return historyKey[..^(1 + sizeof(ulong))];
    }
}
