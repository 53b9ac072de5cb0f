using BpDao.Core;

namespace BpDao.Evm.Instructions;

/// <summary>Looking at accounts.</summary>
internal static unsafe class Accounts
{
    public static HaltReason Balance(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        if (!TryAccess(vm, frame, *sp, out AccountState account)) return HaltReason.OutOfGas;
        *sp = account.Balance;
        return HaltReason.None;
    }

    /// <summary>EIP-1884.</summary>
    public static HaltReason SelfBalance(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        sp[1] = frame.Account.Balance;
        return HaltReason.None;
    }

    public static HaltReason ExtCodeSize(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        if (!TryAccess(vm, frame, *sp, out AccountState account)) return HaltReason.OutOfGas;
        *sp = (ulong)vm.CodeOf(account).Length;
        return HaltReason.None;
    }

    public static HaltReason ExtCodeCopy(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        if (!TryAccess(vm, frame, *sp, out AccountState account)) return HaltReason.OutOfGas;
        return MemoryAccess.Copy(frame, sp - 1, vm.CodeOf(account).Bytes);
    }

    /// <summary>EIP-1052.</summary>
    public static HaltReason ExtCodeHash(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        if (!TryAccess(vm, frame, *sp, out AccountState account)) return HaltReason.OutOfGas;
        *sp = IsDead(vm, account) ? UInt256.Zero : UInt256.FromHash(account.CodeHash);
        return HaltReason.None;
    }

    /// <summary>EIP-2929: pays for an account that is met for the first time; false: out of gas.</summary>
    public static bool TryAccess(VirtualMachine vm, Frame frame, in UInt256 address, out AccountState account)
    {
        account = vm.World.Load(Word.ToAddress(address));
        return TryPayAccess(vm, frame, account, vm.Costs.ColdAccount);
    }

    /// <summary>Charges <paramref name="cold"/> if the account was not on the access list, and puts it there.</summary>
    public static bool TryPayAccess(VirtualMachine vm, Frame frame, AccountState account, long cold)
    {
        if (!vm.Costs.HasAccessLists || !vm.World.WarmUp(account) || vm.Precompiles.Contains(account.Address)) return true;
        return frame.TryCharge(cold);
    }

    /// <summary>Whether a transfer to it makes a new account: by EIP-161 an empty one counts as none.</summary>
    public static bool IsDead(VirtualMachine vm, AccountState account) => !account.Exists || (vm.Costs.EmptyIsDead && account.IsEmpty);
}
