using System.Diagnostics.CodeAnalysis;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>Several transactions as one message: the RLP list of the eth protocol's Transactions.</summary>
internal static class TransactionsMessage
{
    /// <summary>Longest message that is read, in bytes.</summary>
    public const int MaxBytes = 10 * 1024 * 1024;

    public static byte[] Encode(IReadOnlyList<Transaction> transactions)
    {
        RlpWriter writer = new(256 * transactions.Count);
        writer.StartList();
        foreach (Transaction tx in transactions) TransactionCodec.WriteInBody(writer, tx);
        return writer.EndList().ToArray();
    }

    /// <summary>All or nothing: a message with one malformed transaction is a malformed message.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> message, [NotNullWhen(true)] out List<Transaction>? transactions)
    {
        transactions = null;
        RlpReader outer = new(message);
        if (message.Length > MaxBytes || !outer.TryReadList(out RlpReader items) || !outer.AtEnd) return false;
        List<Transaction> read = [];
        while (!items.AtEnd)
        {
            if (!TransactionCodec.TryReadInBody(ref items, out Transaction? tx)) return false;
            read.Add(tx!);
        }

        transactions = read;
        return true;
    }
}
