using BpDao.Consensus;
using BpDao.Core;
using BpDao.Db;

namespace BpDao.Node.Storage;

/// <summary>The safety records of consensus (protocol rule 4.6) in their own column, each with a checksum, every write synced.</summary>
/// <remarks>Value on disk: the first 8 bytes of keccak256(key ‖ record), then the record. The key is in the sum so that a record under
/// another key counts as damaged too.</remarks>
internal sealed class DbSafetyStore(IDb db) : ISafetyStore
{
    private const int ChecksumSize = 8;

    public byte[]? Read(ReadOnlySpan<byte> key, out bool damaged)
    {
        damaged = false;
        byte[]? stored = db.Get(DbColumn.Safety, key);
        if (stored is null) return null;
        damaged = stored.Length < ChecksumSize
            || !Checksum(key, stored.AsSpan(ChecksumSize)).AsSpan().SequenceEqual(stored.AsSpan(0, ChecksumSize));
        return damaged ? null : stored[ChecksumSize..];
    }

    public void Write(IReadOnlyList<KeyValuePair<byte[], byte[]?>> records)
    {
        WriteBatch batch = new();
        foreach ((byte[] key, byte[]? record) in records)
        {
            if (record is null) batch.Delete(DbColumn.Safety, key);
            else batch.Put(DbColumn.Safety, key, [.. Checksum(key, record), .. record]);
        }

        db.Write(batch, sync: true);
    }

    private static byte[] Checksum(ReadOnlySpan<byte> key, ReadOnlySpan<byte> record) =>
        Keccak256.Hash([.. key, .. record]).Bytes[..ChecksumSize].ToArray();
}
