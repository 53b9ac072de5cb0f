using System.Runtime.CompilerServices;
using BpDao.Core;

namespace BpDao.Evm;

/// <summary>What a journal entry puts back.</summary>
internal enum ChangeKind : byte
{
    Existence,
    Nonce,
    Balance,
    Code,
    Storage,
    Transient,
    WarmAccount,
    WarmSlot,
    Touched,
    Created,
    Destroyed,
}

/// <summary>One change of the running transaction: whose, which, and the value before.</summary>
internal struct Change
{
    public AccountState Account;
    public UInt256 Before;
    public int Slot;
    public ChangeKind Kind;
}

/// <summary>The changes of the running transaction in order, so that any suffix can be undone.</summary>
internal sealed class Journal
{
    // EIP-161 as mainnet has it since block 2,675,119: a failed call to RIPEMD-160 leaves its account touched.
    private static readonly Address Ripemd160 = Address.FromNumber(3);

    private Change[] _changes = new Change[256];

    public int Length { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(AccountState account, ChangeKind kind, in UInt256 before, int slot = 0)
    {
        if (Length == _changes.Length) Array.Resize(ref _changes, Length * 2);
        ref Change change = ref _changes[Length++];
        change.Account = account;
        change.Before = before;
        change.Slot = slot;
        change.Kind = kind;
    }

    /// <summary>Undoes the newest changes until <paramref name="length"/> are left.</summary>
    public void UndoTo(int length)
    {
        while (Length > length) Undo(ref _changes[--Length]);
    }

    /// <summary>Forgets the changes and lets them stand.</summary>
    public void Clear()
    {
        Array.Clear(_changes, 0, Length); // or the references would keep accounts of a finished block alive
        Length = 0;
    }

    private static void Undo(ref Change change)
    {
        AccountState account = change.Account;
        switch (change.Kind)
        {
            case ChangeKind.Existence:
                account.Exists = !change.Before.IsZero;
                break;
            case ChangeKind.Nonce:
                account.Nonce = change.Before.L0;
                break;
            case ChangeKind.Balance:
                account.Balance = change.Before;
                break;
            case ChangeKind.Code:
                account.CodeHash = change.Before.ToHash();
                account.Code = null;
                break;
            case ChangeKind.Storage:
                account.Storage![change.Slot].Current = change.Before;
                break;
            case ChangeKind.Transient:
                account.Transient![change.Slot].Current = change.Before;
                break;
            case ChangeKind.WarmAccount:
                account.WarmIn = (uint)change.Before.L0;
                break;
            case ChangeKind.WarmSlot:
                account.Storage![change.Slot].WarmIn = (uint)change.Before.L0;
                break;
            case ChangeKind.Touched:
                if (account.Address != Ripemd160) account.TouchedIn = (uint)change.Before.L0;
                break;
            case ChangeKind.Created:
                account.CreatedIn = (uint)change.Before.L0;
                break;
            case ChangeKind.Destroyed:
                account.DestroyedIn = (uint)change.Before.L0;
                break;
        }
    }
}
