using System.Diagnostics.CodeAnalysis;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>A transaction as it waits in pools. It is the form of a block body, but for blob transactions, which bring their blobs:
/// 0x03 ‖ [transaction, blobs, commitments, proofs] (EIP-4844) or 0x03 ‖ [transaction, version, blobs, commitments, proofs] (EIP-7594).</summary>
internal static class PooledTransactionCodec
{
    private const int BlobBytes = 131_072;
    private const int PointBytes = 48;

    public static bool TryRead(ref RlpReader reader, [NotNullWhen(true)] out Transaction? tx)
    {
        RlpReader ahead = reader;
        bool ok = ahead.TryReadBytes(out ReadOnlySpan<byte> bytes) && IsWithBlobs(bytes)
            ? reader.TryReadBytes(out _) & TryReadWithBlobs(bytes[1..], out tx)
            : TransactionCodec.TryReadInBody(ref reader, out tx);
        return ok && tx is not null;
    }

    private static bool IsWithBlobs(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] != (byte)TxType.Blob) return false;
        RlpReader outer = new(bytes[1..]);
        return outer.TryReadList(out RlpReader first) && first.IsList;
    }

    private static bool TryReadWithBlobs(ReadOnlySpan<byte> wrapped, out Transaction? tx)
    {
        tx = null;
        RlpReader outer = new(wrapped);
        if (!outer.TryReadList(out RlpReader r) || !outer.AtEnd || !r.TryReadRaw(out ReadOnlySpan<byte> body)) return false;
        bool hasVersion = !r.IsList;
        if (hasVersion && !(r.TryReadUInt64(out ulong version) && version == 1)) return false;
        if (!TryCount(ref r, BlobBytes, out int blobs) || !TryCount(ref r, PointBytes, out int commitments) || !TryCount(ref r, PointBytes, out int proofs)
            || !r.AtEnd || commitments != blobs || (!hasVersion && proofs != blobs))
        {
            return false;
        }

        return TransactionCodec.TryDecode([(byte)TxType.Blob, .. body], out tx) && tx!.BlobVersionedHashes.Count == blobs;
    }

    private static bool TryCount(ref RlpReader r, int itemBytes, out int count)
    {
        count = 0;
        if (!r.TryReadList(out RlpReader items)) return false;
        while (!items.AtEnd)
        {
            if (!items.TryReadBytes(out ReadOnlySpan<byte> item) || item.Length != itemBytes) return false;
            count++;
        }

        return true;
    }
}
