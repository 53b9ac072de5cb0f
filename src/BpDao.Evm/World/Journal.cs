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

/// <summary>One change of the running transaction: whose and which, and the value before where it fits in 64 bits.</summary>
internal struct Change
{
    public AccountState Account;
    public ulong Before;
    public int Slot;
    public ChangeKind Kind;
}

/// <summary>The changes of the running transaction in order, so that any suffix can be undone.</summary>
internal sealed class Journal
{
    // EIP-161 as mainnet has it since block 2,675,119: a failed call to RIPEMD-160 leaves its account touched.
    private static readonly Address Ripemd160 = Address.FromNumber(3);

    private Change[] _changes = new Change[64];
    private UInt256[] _words = new UInt256[64]; // the values before, of changes that have 256-bit values
    private int _wordCount;

    private int _newestMark;

    public int Length { get; private set; }

    /// <summary>A point that <see cref="UndoTo"/> may be asked for later.</summary>
    public int Mark() => _newestMark = Length;

    /// <summary>Notes the value of a slot before a change, unless it is noted already since the newest mark: what lay between can be asked for by nobody.</summary>
    /// <param name="noted">Where the slot was noted last, now or in another transaction.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddSlot(AccountState account, ChangeKind kind, in UInt256 before, int slot, ref int noted)
    {
        if ((uint)noted < (uint)Length && noted >= _newestMark)
        {
            ref Change last = ref _changes[noted];
            if (last.Slot == slot && last.Kind == kind && ReferenceEquals(last.Account, account)) return;
        }

        noted = Length;
        AddWord(account, kind, before, slot);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(AccountState account, ChangeKind kind, ulong before, int slot = 0)
    {
        if (Length == _changes.Length) Array.Resize(ref _changes, Length * 2);
        ref Change change = ref _changes[Length++];
        change.Account = account;
        change.Before = before;
        change.Slot = slot;
        change.Kind = kind;
    }

    /// <summary>A change of a balance, of code, or of a slot's value.</summary>
    public void AddWord(AccountState account, ChangeKind kind, in UInt256 before, int slot = 0)
    {
        Add(account, kind, 0, slot);
        if (_wordCount == _words.Length) Array.Resize(ref _words, _wordCount * 2);
        _words[_wordCount++] = before;
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
        Length = _wordCount = _newestMark = 0;
    }

    private ref readonly UInt256 TakeWord() => ref _words[--_wordCount];

    private void Undo(ref Change change)
    {
        AccountState account = change.Account;
        switch (change.Kind)
        {
            case ChangeKind.Existence:
                account.Exists = change.Before != 0;
                break;
            case ChangeKind.Nonce:
                account.Nonce = change.Before;
                break;
            case ChangeKind.Balance:
                account.Balance = TakeWord();
                break;
            case ChangeKind.Code:
                account.CodeHash = TakeWord().ToHash();
                account.Code = null;
                break;
            case ChangeKind.Storage:
                account.Storage![change.Slot].Current = TakeWord();
                break;
            case ChangeKind.Transient:
                account.Transient![change.Slot].Current = TakeWord();
                break;
            case ChangeKind.WarmAccount:
                account.WarmIn = (uint)change.Before;
                break;
            case ChangeKind.WarmSlot:
                account.Storage![change.Slot].WarmIn = (uint)change.Before;
                break;
            case ChangeKind.Touched:
                if (account.Address != Ripemd160) account.TouchedIn = (uint)change.Before;
                break;
            case ChangeKind.Created:
                account.CreatedIn = (uint)change.Before;
                break;
            case ChangeKind.Destroyed:
                account.DestroyedIn = (uint)change.Before;
                break;
        }
    }
}
