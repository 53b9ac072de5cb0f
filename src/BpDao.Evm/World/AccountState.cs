using BpDao.Core;

namespace BpDao.Evm;

/// <summary>One account as the running block sees it, over what the view said of it.</summary>
/// <remarks>The <c>…In</c> fields hold the number of the transaction for which they are true, so a new transaction clears them all
/// by having another number.</remarks>
internal sealed class AccountState
{
    public readonly Address Address;
    public readonly bool ExistedInView;
    public readonly Account InView;

    public bool Exists;
    public ulong Nonce;
    public UInt256 Balance;
    public Hash256 CodeHash;

    /// <summary>The code of <see cref="CodeHash"/> prepared for running; null until somebody ran it.</summary>
    public CodeInfo? Code;

    /// <summary>The storage in the view no longer counts: the account was destroyed since.</summary>
    public bool StorageCleared;

    public SlotTable? Storage;

    /// <summary>EIP-1153. A slot's value counts only in the transaction that wrote it.</summary>
    public SlotTable? Transient;

    /// <summary>EIP-2929.</summary>
    public uint WarmIn;

    /// <summary>EIP-161.</summary>
    public uint TouchedIn;

    /// <summary>EIP-6780.</summary>
    public uint CreatedIn;

    public uint DestroyedIn;

    public AccountState(in Address address, bool exists, in Account account)
    {
        Address = address;
        ExistedInView = exists;
        InView = account;
        Exists = exists;
        Nonce = account.Nonce;
        Balance = account.Balance;
        CodeHash = account.CodeHash;
    }

    public bool HasCode => CodeHash != Account.EmptyCodeHash;

    /// <summary>EIP-161: nothing that would distinguish it from no account.</summary>
    public bool IsEmpty => Nonce == 0 && Balance.IsZero && !HasCode;

    /// <summary>Some slot is not zero (EIP-7610).</summary>
    public bool HasStorage
    {
        get
        {
            if (!StorageCleared && ExistedInView && InView.HasStorage) return true;
            for (int i = 0; i < (Storage?.Count ?? 0); i++)
            {
                if (!Storage![i].Current.IsZero) return true;
            }

            return false;
        }
    }
}
