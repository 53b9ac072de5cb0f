using System.Diagnostics.CodeAnalysis;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>One hash of an announcement.</summary>
/// <param name="Type">First byte of the canonical encoding; 0 for a legacy transaction.</param>
/// <param name="Size">Bytes of the canonical encoding, with blobs where there are any.</param>
internal readonly record struct AnnouncedTransaction(Hash256 Hash, byte Type, uint Size);

/// <summary>Messages that carry transactions or their hashes.</summary>
internal static class TransactionMessages
{
    /// <summary>[types, [sizes…], [hashes…]] (EIP-5793).</summary>
    public static byte[] EncodeAnnouncement(IReadOnlyList<AnnouncedTransaction> announced)
    {
        RlpWriter w = new(16 + (40 * announced.Count));
        byte[] types = new byte[announced.Count];
        for (int i = 0; i < types.Length; i++) types[i] = announced[i].Type;
        w.StartList().Write(types).StartList();
        foreach (AnnouncedTransaction tx in announced) w.Write((ulong)tx.Size);
        w.EndList().StartList();
        foreach (AnnouncedTransaction tx in announced) w.Write(tx.Hash);
        return w.EndList().EndList().ToArray();
    }

    public static bool TryDecodeAnnouncement(ReadOnlySpan<byte> payload, out List<AnnouncedTransaction> announced)
    {
        announced = [];
        RlpReader outer = new(payload);
        if (!outer.TryReadList(out RlpReader r) || !outer.AtEnd || !r.TryReadBytes(out ReadOnlySpan<byte> types) || types.Length > EthLimits.Announced
            || !r.TryReadList(out RlpReader sizes) || !r.TryReadList(out RlpReader hashes) || !r.AtEnd)
        {
            return false;
        }

        foreach (byte type in types)
        {
            if (!sizes.TryReadUInt64(out ulong size) || size > uint.MaxValue || !hashes.TryReadHash(out Hash256 hash)) return false;
            announced.Add(new AnnouncedTransaction(hash, type, (uint)size));
        }

        return sizes.AtEnd && hashes.AtEnd;
    }

    /// <summary>All or nothing: a message with one malformed transaction is a malformed message.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out List<Transaction>? transactions)
    {
        transactions = null;
        RlpReader outer = new(payload);
        return outer.TryReadList(out RlpReader items) && outer.AtEnd && TryRead(items, EthLimits.Transactions, out transactions);
    }

    /// <summary>Blob transactions may come with their blobs (EIP-4844, networking); these are read over.</summary>
    /// <param name="limit">More are malformed, and none of them is kept.</param>
    public static bool TryRead(RlpReader items, int limit, [NotNullWhen(true)] out List<Transaction>? transactions)
    {
        transactions = null;
        List<Transaction> read = [];
        while (!items.AtEnd)
        {
            if (read.Count == limit || !PooledTransactionCodec.TryRead(ref items, out Transaction? tx)) return false;
            read.Add(tx);
        }

        transactions = read;
        return true;
    }
}

/// <summary>A transaction with its canonical encoding, made once for all peers.</summary>
internal sealed class EncodedTransaction(Transaction tx)
{
    public Hash256 Hash { get; } = tx.Hash;

    public TxType Type { get; } = tx.Type;

    public byte[] Bytes { get; } = TransactionCodec.Encode(tx);

    public AnnouncedTransaction Announcement => new(Hash, (byte)Type, (uint)Bytes.Length);

    /// <summary>The form inside a list: legacy as a list, the others as a string.</summary>
    public void Write(RlpWriter w)
    {
        if (Type == TxType.Legacy) w.WriteRaw(Bytes);
        else w.Write(Bytes);
    }
}
