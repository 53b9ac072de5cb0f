using BpDao.Core;
using BpDao.Evm.Gas;

namespace BpDao.Evm.Instructions;

/// <summary>Persistent and transient storage.</summary>
internal static unsafe class Storage
{
    public static HaltReason Sload(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        ref Slot slot = ref vm.World.LoadSlot(frame.Account, *sp, out int index);
        if (vm.Costs.HasAccessLists && vm.World.WarmUp(frame.Account, ref slot, index) && !frame.TryCharge(vm.Costs.ColdSlot))
        {
            return HaltReason.OutOfGas;
        }

        *sp = slot.Current;
        return HaltReason.None;
    }

    public static HaltReason Sstore(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        if (frame.IsStatic) return HaltReason.WriteInStaticCall;
        GasCosts costs = vm.Costs;
        if (costs.Sstore == SstoreRule.NetWithSentry && frame.Gas <= GasCosts.CallStipend) return HaltReason.OutOfGas;

        ref Slot slot = ref vm.World.LoadSlot(frame.Account, sp[0], out int index);
        if (costs.HasAccessLists && vm.World.WarmUp(frame.Account, ref slot, index) && !frame.TryCharge(costs.ColdSlotWrite))
        {
            return HaltReason.OutOfGas;
        }

        bool paid = costs.Sstore == SstoreRule.Simple
            ? TryPaySimple(vm, frame, slot.Current, sp[-1])
            : TryPayNet(vm, frame, vm.World.OriginalOf(slot), slot.Current, sp[-1]);
        if (!paid) return HaltReason.OutOfGas;
        vm.World.SetStorage(frame.Account, index, sp[-1]);
        return HaltReason.None;
    }

    /// <summary>EIP-1153.</summary>
    public static HaltReason Tload(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        *sp = vm.World.GetTransient(frame.Account, *sp);
        return HaltReason.None;
    }

    /// <summary>EIP-1153.</summary>
    public static HaltReason Tstore(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        if (frame.IsStatic) return HaltReason.WriteInStaticCall;
        vm.World.SetTransient(frame.Account, sp[0], sp[-1]);
        return HaltReason.None;
    }

    private static bool TryPaySimple(VirtualMachine vm, Frame frame, in UInt256 current, in UInt256 value)
    {
        bool sets = current.IsZero && !value.IsZero;
        if (!current.IsZero && value.IsZero) vm.World.Refund += vm.Costs.SstoreClearRefund;
        return frame.TryCharge(sets ? GasCosts.SstoreSet : vm.Costs.SstoreReset);
    }

    /// <summary>EIP-1283, 2200, 3529: by the values before the transaction, now, and wanted.</summary>
    private static bool TryPayNet(VirtualMachine vm, Frame frame, in UInt256 original, in UInt256 current, in UInt256 value)
    {
        GasCosts costs = vm.Costs;
        if (current == value) return frame.TryCharge(costs.SstoreNoop);

        if (original == current)
        {
            if (original.IsZero) return frame.TryCharge(GasCosts.SstoreSet);
            if (value.IsZero) vm.World.Refund += costs.SstoreClearRefund;
            return frame.TryCharge(costs.SstoreReset);
        }

        if (!original.IsZero)
        {
            if (current.IsZero) vm.World.Refund -= costs.SstoreClearRefund;
            else if (value.IsZero) vm.World.Refund += costs.SstoreClearRefund;
        }

        if (original == value) vm.World.Refund += (original.IsZero ? GasCosts.SstoreSet : costs.SstoreReset) - costs.SstoreNoop;
        return frame.TryCharge(costs.SstoreNoop);
    }
}
