using System.Diagnostics.CodeAnalysis;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>Receipts as eth carries them: up to eth/68 as the receipts trie holds them, typed ones wrapped in a string; from eth/69 on
/// [type, status or root, cumulative gas, logs], without the bloom, which follows from the logs (EIP-7642).</summary>
internal static class EthReceiptCodec
{
    public static void Write(RlpWriter w, int version, Receipt receipt)
    {
        if (version < 69)
        {
            byte[] encoded = ReceiptCodec.Encode(receipt);
            if (receipt.Type == TxType.Legacy) w.WriteRaw(encoded);
            else w.Write(encoded);
            return;
        }

        w.StartList().Write((ulong)receipt.Type);
        if (receipt.PostState is { } root) w.Write(root);
        else w.Write(receipt.Success ? 1UL : 0UL);
        w.Write(receipt.CumulativeGasUsed);
        ReceiptCodec.WriteLogs(w, receipt.Logs);
        w.EndList();
    }

    public static bool TryRead(ref RlpReader reader, int version, [NotNullWhen(true)] out Receipt? receipt) =>
        version < 69 ? TryReadTrieForm(ref reader, out receipt) : TryReadFlat(ref reader, out receipt);

    private static bool TryReadTrieForm(ref RlpReader reader, [NotNullWhen(true)] out Receipt? receipt)
    {
        receipt = null;
        bool isLegacy = reader.IsList;
        return (isLegacy ? reader.TryReadRaw(out ReadOnlySpan<byte> encoded) : reader.TryReadBytes(out encoded))
            && !encoded.IsEmpty && isLegacy == encoded[0] >= 0xc0 && ReceiptCodec.TryDecode(encoded, out receipt) && receipt is not null;
    }

    private static bool TryReadFlat(ref RlpReader reader, [NotNullWhen(true)] out Receipt? receipt)
    {
        receipt = null;
        if (!reader.TryReadList(out RlpReader r) || !r.TryReadUInt64(out ulong type) || type > (ulong)TxType.SetCode
            || !r.TryReadBytes(out ReadOnlySpan<byte> status) || status.Length is not (0 or 1 or Hash256.Size) || (status.Length == 1 && status[0] != 1)
            || !r.TryReadUInt64(out ulong cumulative) || !ReceiptCodec.TryReadLogs(ref r, out List<LogEntry> logs) || !r.AtEnd)
        {
            return false;
        }

        receipt = new Receipt
        {
            Type = (TxType)type,
            Success = status.Length == 1,
            PostState = status.Length == Hash256.Size ? new Hash256(status) : null,
            CumulativeGasUsed = cumulative,
            Logs = logs,
            Bloom = Bloom.Of(logs),
        };
        return true;
    }
}
