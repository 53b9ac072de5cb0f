namespace BpDao.Core;

/// <summary>What an execution changed, as a value: every account it wrote with its final content, nothing else.</summary>
/// <remarks>The order of the entries means nothing; whoever derives a root from them must not depend on it.</remarks>
public sealed class StateDiff
{
    /// <summary>The changed accounts.</summary>
    public Dictionary<Address, AccountDiff> Accounts { get; } = [];

    /// <summary>Code that came into being, by hash.</summary>
    public Dictionary<Hash256, ReadOnlyMemory<byte>> Code { get; } = [];

    public bool IsEmpty => Accounts.Count == 0;
}

/// <summary>The final content of one changed account.</summary>
public sealed class AccountDiff
{
    /// <summary>False: the account is gone, its storage with it; the other members are then meaningless.</summary>
    public required bool Exists { get; init; }

    public ulong Nonce { get; init; }

    /// <summary>In wei.</summary>
    public UInt256 Balance { get; init; }

    public Hash256 CodeHash { get; init; } = Account.EmptyCodeHash;

    /// <summary>The account's storage was wiped (destroyed, or created anew) before <see cref="Storage"/> applies.</summary>
    public bool StorageCleared { get; init; }

    /// <summary>Changed slots and their final values; zero removes the slot.</summary>
    public Dictionary<UInt256, UInt256> Storage
    {
        get => field ??= [];
        init;
    }
}
