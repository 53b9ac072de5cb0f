using BpDao.Core;
using BpDao.Db;

namespace BpDao.Blockchain;

/// <summary>Headers, bodies, certificates and the canonical chain, as they lie in the database.</summary>
/// <remarks>
/// Headers: hash → header RLP ‖ RLP of the total difficulty. Bodies: hash → body RLP. Certificates: hash → bytes of the engine.
/// CanonicalHashes: number → hash. Metadata: hashes of the head, the finalized and the genesis block.
/// </remarks>
internal sealed class BlockStore(IDbReader db)
{
    /// <summary>Null when no block has that hash.</summary>
    public StoredHeader? Header(in Hash256 hash)
    {
        if (db.Get(DbColumn.Headers, hash.Bytes) is not { } bytes) return null;
        RlpReader reader = new(bytes);
        return HeaderCodec.TryRead(ref reader, out BlockHeader? header) && reader.TryReadUInt256(out UInt256 difficulty) && reader.AtEnd
            ? new StoredHeader(header!, difficulty)
            : throw new ChainCorruptException($"The header of block {hash} is unreadable.");
    }

    /// <summary>Null when no block has that hash.</summary>
    public BlockBody? Body(in Hash256 hash)
    {
        if (db.Get(DbColumn.Bodies, hash.Bytes) is not { } bytes) return null;
        return BlockCodec.TryDecodeBody(bytes, out BlockBody? body)
            ? body
            : throw new ChainCorruptException($"The body of block {hash} is unreadable.");
    }

    /// <summary>Null when no block has that hash.</summary>
    public byte[]? EncodedBody(in Hash256 hash) => db.Get(DbColumn.Bodies, hash.Bytes);

    public byte[]? Certificate(in Hash256 hash) => db.Get(DbColumn.Certificates, hash.Bytes);

    public Hash256? CanonicalHash(ulong number) => ReadHash(DbColumn.CanonicalHashes, ChainKeys.OfNumber(number));

    public Hash256? HeadHash => ReadHash(DbColumn.Metadata, ChainKeys.Head);

    public Hash256? FinalizedHash => ReadHash(DbColumn.Metadata, ChainKeys.Finalized);

    public Hash256? GenesisHash => ReadHash(DbColumn.Metadata, ChainKeys.Genesis);

    /// <summary>Header and body; the block is not canonical by that.</summary>
    public static void Put(WriteBatch batch, Block block, in UInt256 totalDifficulty)
    {
        RlpWriter writer = new(700);
        HeaderCodec.Write(writer, block.Header);
        writer.Write(totalDifficulty);
        batch.Put(DbColumn.Headers, block.Hash.Bytes, writer.WrittenSpan);
        batch.Put(DbColumn.Bodies, block.Hash.Bytes, BlockCodec.EncodeBody(block.Body));
    }

    public static void PutCertificate(WriteBatch batch, in Hash256 hash, ReadOnlySpan<byte> certificate) =>
        batch.Put(DbColumn.Certificates, hash.Bytes, certificate);

    public static void PutCanonical(WriteBatch batch, BlockHeader header) =>
        batch.Put(DbColumn.CanonicalHashes, ChainKeys.OfNumber(header.Number), header.Hash.Bytes);

    public static void DeleteCanonical(WriteBatch batch, ulong number) =>
        batch.Delete(DbColumn.CanonicalHashes, ChainKeys.OfNumber(number));

    public static void PutHead(WriteBatch batch, in Hash256 hash) => batch.Put(DbColumn.Metadata, ChainKeys.Head, hash.Bytes);

    public static void PutFinalized(WriteBatch batch, in Hash256 hash) => batch.Put(DbColumn.Metadata, ChainKeys.Finalized, hash.Bytes);

    public static void PutGenesis(WriteBatch batch, in Hash256 hash) => batch.Put(DbColumn.Metadata, ChainKeys.Genesis, hash.Bytes);

    private Hash256? ReadHash(DbColumn column, ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[Hash256.Size];
        int length = db.Get(column, key, hash);
        if (length < 0) return null;
        return length == Hash256.Size ? new Hash256(hash) : throw new ChainCorruptException($"An entry of {column} is no hash.");
    }
}

/// <summary>A header with the difficulties of its chain summed up; zero on chains without them.</summary>
internal sealed record StoredHeader(BlockHeader Header, UInt256 TotalDifficulty);
