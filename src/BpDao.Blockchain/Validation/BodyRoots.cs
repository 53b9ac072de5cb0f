using BpDao.Core;
using BpDao.State;

namespace BpDao.Blockchain;

/// <summary>The roots by which a header commits to lists (Yellow Paper §4.3.2, EIP-2718, EIP-4895).</summary>
public static class BodyRoots
{
    public static Hash256 OfTransactions(IReadOnlyList<Transaction> transactions) =>
        Root(transactions, TransactionCodec.Encode);

    public static Hash256 OfReceipts(IReadOnlyList<Receipt> receipts) => Root(receipts, ReceiptCodec.Encode);

    /// <summary>Of items that are encoded already.</summary>
    public static Hash256 OfEncoded(IReadOnlyList<ReadOnlyMemory<byte>> items) => OrderedTrie.Root(items);

    public static Hash256 OfWithdrawals(IReadOnlyList<Withdrawal> withdrawals) => Root(withdrawals, Encode);

    public static Hash256 OfOmmers(IReadOnlyList<BlockHeader> ommers)
    {
        if (ommers.Count == 0) return BlockHeader.EmptyOmmersHash;
        RlpWriter writer = new();
        writer.StartList();
        foreach (BlockHeader ommer in ommers) HeaderCodec.Write(writer, ommer);
        return Keccak256.Hash(writer.EndList().WrittenSpan);
    }

    private static Hash256 Root<T>(IReadOnlyList<T> items, Func<T, byte[]> encode)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.Roots);
        ReadOnlyMemory<byte>[] encoded = new ReadOnlyMemory<byte>[items.Count];
        for (int i = 0; i < encoded.Length; i++) encoded[i] = encode(items[i]);
        return OrderedTrie.Root(encoded);
    }

    private static byte[] Encode(Withdrawal withdrawal)
    {
        RlpWriter writer = new(64);
        BlockCodec.WriteWithdrawal(writer, withdrawal);
        return writer.ToArray();
    }
}
