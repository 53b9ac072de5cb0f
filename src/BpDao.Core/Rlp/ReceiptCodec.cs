namespace BpDao.Core;

/// <summary>Receipts as the receipts trie holds them (EIP-2718): legacy RLP, or a type byte in front of it.</summary>
public static class ReceiptCodec
{
    public static byte[] Encode(Receipt receipt)
    {
        RlpWriter writer = new(512);
        if (receipt.Type != TxType.Legacy) writer.WriteRaw([(byte)receipt.Type]);
        writer.StartList();
        if (receipt.PostState is { } root) writer.Write(root);
        else writer.Write(receipt.Success ? 1UL : 0UL);
        writer.Write(receipt.CumulativeGasUsed).Write(receipt.Bloom.Bytes);
        WriteLogs(writer, receipt.Logs);
        return writer.EndList().ToArray();
    }

    /// <summary>[[address, [topics…], data]…]; keccak256 of a transaction's is what state tests call its logs hash.</summary>
    public static void WriteLogs(RlpWriter writer, IReadOnlyList<LogEntry> logs)
    {
        writer.StartList();
        foreach (LogEntry log in logs)
        {
            writer.StartList().Write(log.Address).StartList();
            foreach (Hash256 topic in log.Topics) writer.Write(topic);
            writer.EndList().Write(log.Data.Span).EndList();
        }

        writer.EndList();
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; <see cref="Receipt.GasUsed"/> and the contract's address stay empty.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out Receipt? receipt)
    {
        receipt = null;
        if (encoded.IsEmpty) return false;
        TxType type = TxType.Legacy;
        if (encoded[0] < 0xc0)
        {
            if (encoded[0] is 0 or > (byte)TxType.SetCode) return false;
            type = (TxType)encoded[0];
            encoded = encoded[1..];
        }

        RlpReader outer = new(encoded);
        if (!outer.TryReadList(out RlpReader r) || !outer.AtEnd || !r.TryReadBytes(out ReadOnlySpan<byte> status)
            || !r.TryReadUInt64(out ulong cumulative) || !r.TryReadBytes(out ReadOnlySpan<byte> bloom) || bloom.Length != Bloom.Size
            || !TryReadLogs(ref r, out List<LogEntry> logs) || !r.AtEnd)
        {
            return false;
        }

        if (status.Length is not (0 or 1 or Hash256.Size) || (status.Length == 1 && status[0] != 1)) return false;
        receipt = new Receipt
        {
            Type = type,
            Success = status.Length == 1,
            PostState = status.Length == Hash256.Size ? new Hash256(status) : null,
            CumulativeGasUsed = cumulative,
            Logs = logs,
            Bloom = new Bloom(bloom),
        };
        return true;
    }

    /// <summary>Reads what <see cref="WriteLogs"/> wrote.</summary>
    public static bool TryReadLogs(ref RlpReader reader, out List<LogEntry> logs)
    {
        logs = [];
        if (!reader.TryReadList(out RlpReader items)) return false;
        while (!items.AtEnd)
        {
            if (!items.TryReadList(out RlpReader r) || !r.TryReadAddress(out Address address) || !r.TryReadList(out RlpReader topicItems)
                || !r.TryReadBytes(int.MaxValue, out byte[] data) || !r.AtEnd)
            {
                return false;
            }

            List<Hash256> topics = [];
            while (!topicItems.AtEnd)
            {
                if (!topicItems.TryReadHash(out Hash256 topic)) return false;
                topics.Add(topic);
            }

            logs.Add(new LogEntry(address, topics, data));
        }

        return true;
    }
}
