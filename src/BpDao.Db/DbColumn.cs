namespace BpDao.Db;

/// <summary>The columns of the one database. Each has its own key space; a batch may touch any of them and is atomic over all.</summary>
/// <remarks>
/// <para>The member's name is the column's name on disk: renaming one, or changing the shape of its keys or values, makes another
/// <see cref="DatabaseFormat.Version"/>. Numbers inside keys are big-endian, so that iteration goes in their order.</para>
/// <para>Whoever writes a column owns its shape and documents it there; below only what is in it.</para>
/// </remarks>
public enum DbColumn : byte
{
    /// <summary>Single values: format version, head pointer, state head, genesis hash.</summary>
    Metadata,

    /// <summary>Headers.</summary>
    Headers,

    /// <summary>Bodies: transactions, ommers, withdrawals.</summary>
    Bodies,

    /// <summary>Receipts of a block.</summary>
    Receipts,

    /// <summary>Number to hash of the canonical block.</summary>
    CanonicalHashes,

    /// <summary>Transaction hash to the place where the transaction is found.</summary>
    TransactionIndex,

    /// <summary>Certificates by the block they are for.</summary>
    Certificates,

    /// <summary>What consensus keeps per epoch.</summary>
    Epochs,

    /// <summary>Safety data of consensus; every write of it is synced (protocol rule 4.6).</summary>
    Safety,

    /// <summary>Contract code by its hash.</summary>
    Code,

    /// <summary>Accounts at the head.</summary>
    Accounts,

    /// <summary>Storage slots at the head.</summary>
    Storage,

    /// <summary>Nodes of the account trie at the head.</summary>
    AccountNodes,

    /// <summary>Nodes of the storage tries at the head.</summary>
    StorageNodes,

    /// <summary>Accounts as they were before a block replaced them.</summary>
    AccountHistory,

    /// <summary>Storage slots as they were before a block replaced them.</summary>
    StorageHistory,

    /// <summary>Account trie nodes as they were before a block replaced them.</summary>
    AccountNodeHistory,

    /// <summary>Storage trie nodes as they were before a block replaced them.</summary>
    StorageNodeHistory,

    /// <summary>Which entries of the state columns a block replaced: what to undo, and what to prune.</summary>
    ReverseDiffs,

    /// <summary>State root to the blocks whose state it is.</summary>
    StateRoots,
}
