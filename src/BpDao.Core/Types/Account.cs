namespace BpDao.Core;

/// <summary>An account as the state trie holds it (Yellow Paper §4.1).</summary>
/// <param name="Nonce">Transactions sent, or contracts made.</param>
/// <param name="Balance">In wei.</param>
/// <param name="CodeHash">Keccak-256 of the code; <see cref="EmptyCodeHash"/> without code.</param>
/// <param name="StorageRoot">Root of the account's storage trie at the state it was read from.</param>
public readonly record struct Account(ulong Nonce, UInt256 Balance, Hash256 CodeHash, Hash256 StorageRoot)
{
    /// <summary>keccak256 of nothing.</summary>
    public static readonly Hash256 EmptyCodeHash = Hash256.Parse("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");

    /// <summary>Root of a trie without entries: keccak256(0x80).</summary>
    public static readonly Hash256 EmptyTrieRoot = Hash256.Parse("0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");

    /// <summary>An account that exists and holds nothing.</summary>
    public static readonly Account Empty = new(0, UInt256.Zero, EmptyCodeHash, EmptyTrieRoot);

    /// <summary>EIP-161: no nonce, no balance, no code.</summary>
    public bool IsEmpty => Nonce == 0 && Balance.IsZero && CodeHash == EmptyCodeHash;

    public bool HasCode => CodeHash != EmptyCodeHash;

    public bool HasStorage => StorageRoot != EmptyTrieRoot;
}
