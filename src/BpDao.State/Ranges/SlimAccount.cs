using BpDao.Core;
using BpDao.State.Tables;

namespace BpDao.State.Ranges;

/// <summary>Accounts as they travel: slim (devp2p, snap.md, Data format).</summary>
public static class SlimAccount
{
    /// <summary>False when the bytes are no slim account, or say in more bytes than they need what they say.</summary>
    public static bool TryRead(ReadOnlySpan<byte> slim, out Account account)
    {
        account = default;
        if (slim.Length > AccountCodec.LongestSlim || !AccountCodec.TryReadSlim(slim, out account)) return false;
        return AccountCodec.Slim(new RlpWriter(AccountCodec.LongestSlim), account).AsSpan().SequenceEqual(slim);
    }

    /// <summary>The account as the trie has it.</summary>
    public static byte[] ToTrie(in Account account) => AccountCodec.Full(new RlpWriter(AccountCodec.LongestSlim), account);

    /// <summary>Reads an account as the trie has it. False when the bytes are none.</summary>
    public static bool TryReadTrie(ReadOnlySpan<byte> value, out Account account)
    {
        account = default;
        RlpReader outer = new(value);
        if (!outer.TryReadList(out RlpReader r) || !outer.AtEnd || !r.TryReadUInt64(out ulong nonce) || !r.TryReadUInt256(out UInt256 balance)
            || !r.TryReadHash(out Hash256 root) || !r.TryReadHash(out Hash256 code) || !r.AtEnd)
        {
            return false;
        }

        account = new Account(nonce, balance, code, root);
        return true;
    }
}
