using BpDao.Core;
using BpDao.Evm.Gas;

namespace BpDao.Evm.Instructions;

/// <summary>Instructions that end a frame.</summary>
internal static unsafe class Control
{
    public static HaltReason Undefined(VirtualMachine vm, Frame frame, UInt256* sp) => HaltReason.InvalidOpcode;

    public static HaltReason Stop(VirtualMachine vm, Frame frame, UInt256* sp) => Signals.Finished;

    public static HaltReason Return(VirtualMachine vm, Frame frame, UInt256* sp) =>
        TrySetOutput(frame, sp) ? Signals.Finished : HaltReason.OutOfGas;

    /// <summary>EIP-140.</summary>
    public static HaltReason Revert(VirtualMachine vm, Frame frame, UInt256* sp) =>
        TrySetOutput(frame, sp) ? HaltReason.Reverted : HaltReason.OutOfGas;

    public static HaltReason SelfDestruct(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        if (frame.IsStatic) return HaltReason.WriteInStaticCall;
        GasCosts costs = vm.Costs;
        WorldState world = vm.World;
        AccountState self = frame.Account;
        AccountState beneficiary = world.Load(Word.ToAddress(*sp));
        if (!Accounts.TryPayAccess(vm, frame, beneficiary, costs.ColdBeneficiary)) return HaltReason.OutOfGas;

        bool makesAccount = Accounts.IsDead(vm, beneficiary) && (!costs.EmptyIsDead || !self.Balance.IsZero);
        if (costs.SelfDestructPaysNewAccount && makesAccount && !frame.TryCharge(GasCosts.NewAccount)) return HaltReason.OutOfGas;

        UInt256 balance = self.Balance;
        bool destroys = !costs.DestroysOnlyNew || world.WasCreated(self);
        if (destroys && !world.IsDestroyed(self)) world.Refund += costs.SelfDestructRefund;
        world.TryDebit(self, balance);
        world.Credit(beneficiary, balance);
        if (destroys)
        {
            world.TryDebit(self, self.Balance); // what it sent to itself is lost
            world.MarkDestroyed(self);
        }

        vm.Tracer?.OnSelfDestruct(self.Address, beneficiary.Address, balance);
        return Signals.Finished;
    }

    private static bool TrySetOutput(Frame frame, UInt256* sp)
    {
        if (!frame.TryReach(sp[0], sp[-1], out int start, out int count)) return false;
        frame.Output = frame.Memory + start;
        frame.OutputLength = count;
        return true;
    }
}
