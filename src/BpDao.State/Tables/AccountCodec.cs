using BpDao.Core;

namespace BpDao.State.Tables;

/// <summary>The two encodings of an account: whole in the trie (Yellow Paper §4.1), and slim in the flat table,
/// where an empty string stands for the root of an empty trie and for the hash of no code.</summary>
internal static class AccountCodec
{
    /// <summary>No slim account is longer.</summary>
    public const int LongestSlim = 128;

    private static void WriteFull(RlpWriter writer, in Account account) => writer.StartList()
        .Write(account.Nonce).Write(account.Balance).Write(account.StorageRoot).Write(account.CodeHash)
        .EndList();

    private static void WriteSlim(RlpWriter writer, in Account account) => writer.StartList()
        .Write(account.Nonce).Write(account.Balance)
        .Write(account.HasStorage ? account.StorageRoot.Bytes : default)
        .Write(account.HasCode ? account.CodeHash.Bytes : default)
        .EndList();

    /// <summary>The whole encoding, through a writer that is lent for it.</summary>
    public static byte[] Full(RlpWriter writer, in Account account)
    {
        writer.Clear();
        WriteFull(writer, account);
        return writer.ToArray();
    }

    /// <summary>The slim encoding, through a writer that is lent for it.</summary>
    public static byte[] Slim(RlpWriter writer, in Account account)
    {
        writer.Clear();
        WriteSlim(writer, account);
        return writer.ToArray();
    }

    /// <exception cref="StateCorruptException">The bytes are no account.</exception>
    public static Account ReadSlim(ReadOnlySpan<byte> slim) =>
        TryReadSlim(slim, out Account account) ? account : throw new StateCorruptException("An account in the database is malformed.");

    public static bool TryReadSlim(ReadOnlySpan<byte> slim, out Account account)
    {
        account = default;
        RlpReader outer = new(slim);
        if (!outer.TryReadList(out RlpReader r) || !r.TryReadUInt64(out ulong nonce) || !r.TryReadUInt256(out UInt256 balance)
            || !r.TryReadBytes(out ReadOnlySpan<byte> root) || !r.TryReadBytes(out ReadOnlySpan<byte> code)
            || root.Length is not (0 or Hash256.Size) || code.Length is not (0 or Hash256.Size))
        {
            return false;
        }

        account = new Account(
            nonce, balance,
            code.IsEmpty ? Account.EmptyCodeHash : new Hash256(code),
            root.IsEmpty ? Account.EmptyTrieRoot : new Hash256(root));
        return true;
    }
}
