using BpDao.Core;

namespace BpDao.Evm;

/// <summary>Compares an account with what the view had of it.</summary>
internal static class DiffBuilder
{
    // Most accounts change no slot. Nobody writes to the storage of a finished diff.
    private static readonly Dictionary<UInt256, UInt256> NoSlots = [];

    /// <summary>The account's part of the diff; null when it is as the view has it.</summary>
    public static AccountDiff? Of(AccountState account)
    {
        if (!account.Exists) return account.ExistedInView ? new AccountDiff { Exists = false } : null;

        bool cleared = account.StorageCleared && account.ExistedInView && account.InView.HasStorage;
        Dictionary<UInt256, UInt256> storage = ChangedSlots(account);
        ref readonly Account before = ref account.InView;
        bool same = account.ExistedInView && !cleared && storage.Count == 0
            && account.Nonce == before.Nonce && account.Balance == before.Balance && account.CodeHash == before.CodeHash;
        if (same) return null;

        return new AccountDiff
        {
            Exists = true,
            Nonce = account.Nonce,
            Balance = account.Balance,
            CodeHash = account.CodeHash,
            StorageCleared = cleared,
            Storage = storage,
        };
    }

    private static Dictionary<UInt256, UInt256> ChangedSlots(AccountState account)
    {
        Dictionary<UInt256, UInt256>? changed = null;
        for (int i = 0; i < (account.Storage?.Count ?? 0); i++)
        {
            ref readonly Slot slot = ref account.Storage![i];
            // A slot loaded after the wipe has InView zero, so the same comparison serves both cases.
            if (slot.Current != slot.InView) (changed ??= []).Add(slot.Key, slot.Current);
        }

        return changed ?? NoSlots;
    }
}
