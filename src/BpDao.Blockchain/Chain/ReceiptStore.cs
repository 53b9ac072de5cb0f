using BpDao.Core;
using BpDao.Db;

namespace BpDao.Blockchain;

/// <summary>Receipts by block, without what follows from the rest of them: blooms and gas of single transactions.</summary>
/// <remarks>Receipts: block hash → [[type, status or post-state root, cumulative gas, logs, contract address or empty]…].</remarks>
internal sealed class ReceiptStore(IDbReader db)
{
    /// <summary>Null when no block has that hash.</summary>
    public IReadOnlyList<Receipt>? Of(in Hash256 blockHash)
    {
        if (db.Get(DbColumn.Receipts, blockHash.Bytes) is not { } bytes) return null;
        return TryRead(bytes, out List<Receipt> receipts)
            ? receipts
            : throw new ChainCorruptException($"The receipts of block {blockHash} are unreadable.");
    }

    public static void Put(WriteBatch batch, in Hash256 blockHash, IReadOnlyList<Receipt> receipts)
    {
        RlpWriter writer = new(256 + (receipts.Count * 256));
        writer.StartList();
        foreach (Receipt receipt in receipts)
        {
            writer.StartList().Write((ulong)receipt.Type);
            if (receipt.PostState is { } root) writer.Write(root);
            else writer.Write(receipt.Success ? 1UL : 0UL);
            writer.Write(receipt.CumulativeGasUsed);
            ReceiptCodec.WriteLogs(writer, receipt.Logs);
            writer.Write(receipt.ContractAddress).EndList();
        }

        batch.Put(DbColumn.Receipts, blockHash.Bytes, writer.EndList().WrittenSpan);
    }

    private static bool TryRead(ReadOnlySpan<byte> bytes, out List<Receipt> receipts)
    {
        receipts = [];
        RlpReader outer = new(bytes);
        if (!outer.TryReadList(out RlpReader items) || !outer.AtEnd) return false;
        ulong before = 0;
        while (!items.AtEnd)
        {
            if (!items.TryReadList(out RlpReader r) || !r.TryReadUInt64(out ulong type) || !r.TryReadBytes(out ReadOnlySpan<byte> status)
                || !r.TryReadUInt64(out ulong cumulative) || !ReceiptCodec.TryReadLogs(ref r, out List<LogEntry> logs)
                || !r.TryReadOptionalAddress(out Address? contract) || !r.AtEnd || cumulative < before)
            {
                return false;
            }

            receipts.Add(new Receipt
            {
                Type = (TxType)type,
                Success = status.Length == 1,
                PostState = status.Length == Hash256.Size ? new Hash256(status) : null,
                CumulativeGasUsed = cumulative,
                GasUsed = cumulative - before,
                Logs = logs,
                Bloom = Bloom.Of(logs),
                ContractAddress = contract,
            });
            before = cumulative;
        }

        return true;
    }
}
