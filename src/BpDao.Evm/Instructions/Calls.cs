using BpDao.Core;
using BpDao.Evm.Gas;
using BpDao.Evm.Precompiles;
using BpDao.Evm.Tracing;

namespace BpDao.Evm.Instructions;

/// <summary>CALL and its relatives.</summary>
internal static unsafe class Calls
{
    public static HaltReason Call(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        if (frame.IsStatic && !sp[-2].IsZero) return HaltReason.WriteInStaticCall;
        return Enter(vm, frame, sp, FrameKind.Call, sp[-2], sp - 3);
    }

    public static HaltReason CallCode(VirtualMachine vm, Frame frame, UInt256* sp) => Enter(vm, frame, sp, FrameKind.CallCode, sp[-2], sp - 3);

    /// <summary>EIP-7.</summary>
    public static HaltReason DelegateCall(VirtualMachine vm, Frame frame, UInt256* sp) =>
        Enter(vm, frame, sp, FrameKind.DelegateCall, UInt256.Zero, sp - 2);

    /// <summary>EIP-214.</summary>
    public static HaltReason StaticCall(VirtualMachine vm, Frame frame, UInt256* sp) =>
        Enter(vm, frame, sp, FrameKind.StaticCall, UInt256.Zero, sp - 2);

    /// <summary>Gives the caller what an ended frame left: gas, return data, and a word that says whether it succeeded.</summary>
    public static void Resume(Frame caller, Frame ended)
    {
        caller.Gas += ended.Gas;
        bool succeeded = ended.Halt == HaltReason.None;
        if (ended.IsCreation)
        {
            *caller.Sp = succeeded ? Word.Of(ended.Account.Address) : UInt256.Zero;
            caller.ReturnData = ended.Output;
            caller.ReturnDataLength = succeeded ? 0 : ended.OutputLength;
            return;
        }

        *caller.Sp = succeeded ? UInt256.One : UInt256.Zero;
        caller.ReturnData = ended.Output;
        caller.ReturnDataLength = ended.OutputLength;
        int copied = Math.Min(ended.OutputLength, ended.OutputTargetLength);
        ended.OutputSpan[..copied].CopyTo(new Span<byte>(caller.Memory + ended.OutputTarget, copied));
    }

    /// <param name="value">What CALL and CALLCODE send.</param>
    /// <param name="ranges">Where the offset of the input is; below it its length, then offset and length of the output.</param>
    private static HaltReason Enter(VirtualMachine vm, Frame frame, UInt256* sp, FrameKind kind, in UInt256 value, UInt256* ranges)
    {
        GasCosts costs = vm.Costs;
        WorldState world = vm.World;
        if (!frame.TryReach(ranges[0], ranges[-1], out int input, out int inputLength)
            || !frame.TryReach(ranges[-2], ranges[-3], out int output, out int outputLength)
            || !Accounts.TryAccess(vm, frame, sp[-1], out AccountState target))
        {
            return HaltReason.OutOfGas;
        }

        AccountState codeHolder = target;
        if (costs.HasDelegations && vm.CodeOf(target).DelegatesTo is { } delegateTo)
        {
            codeHolder = world.Load(delegateTo);
            if (!frame.TryCharge(GasCosts.Warm) || !Accounts.TryPayAccess(vm, frame, codeHolder, costs.ColdAccount)) return HaltReason.OutOfGas;
        }

        bool sends = !value.IsZero;
        if (sends && !frame.TryCharge(GasCosts.CallValue)) return HaltReason.OutOfGas;
        bool makesAccount = kind == FrameKind.Call && Accounts.IsDead(vm, target) && (sends || !costs.EmptyIsDead);
        if (makesAccount && !frame.TryCharge(GasCosts.NewAccount)) return HaltReason.OutOfGas;

        long gas = GasFor(costs, frame.Gas, sp[0]);
        if (!frame.TryCharge(gas)) return HaltReason.OutOfGas;
        if (sends) gas += GasCosts.CallStipend;

        UInt256* result = frame.Sp = ranges - 3;
        frame.ReturnDataLength = 0;
        if (frame.Depth == VirtualMachine.MaxDepth || (sends && frame.Account.Balance < value))
        {
            *result = UInt256.Zero;
            GiveBack(frame, gas);
            return HaltReason.None;
        }

        bool ownStorage = kind is FrameKind.CallCode or FrameKind.DelegateCall;
        Frame called = vm.Enter(
            frame,
            kind,
            from: kind == FrameKind.DelegateCall ? frame.Caller : frame.Account.Address,
            account: ownStorage ? frame.Account : target,
            codeAddress: codeHolder.Address,
            value: kind == FrameKind.DelegateCall ? frame.Value : value,
            frame.Memory + input,
            inputLength,
            gas,
            isStatic: frame.IsStatic || kind == FrameKind.StaticCall);
        called.OutputTarget = output;
        called.OutputTargetLength = outputLength;

        if (vm.Precompiles.Find(target.Address) is { } precompile)
        {
            vm.CallPrecompile(called, precompile);
            return Return(vm, frame, called);
        }

        CodeInfo code = vm.CodeOf(codeHolder);
        called.Start(code, gas);
        vm.TransferValue(called);
        if (code.Length != 0) return Signals.Entered;
        vm.PassOver(called);
        return Return(vm, frame, called);
    }

    /// <summary>EIP-150: what is asked for, at most all but one 64th of what is there.</summary>
    private static long GasFor(GasCosts costs, long available, in UInt256 requested)
    {
        long most = costs.KeepsOne64th ? available - (available / 64) : long.MaxValue;
        return requested.IsUInt64 && requested.L0 < (ulong)most ? (long)requested.L0 : most;
    }

    /// <summary>Ends a call that ran no code of ours within the instruction that made it.</summary>
    private static HaltReason Return(VirtualMachine vm, Frame frame, Frame called)
    {
        vm.LeaveAtOnce();
        frame.GasGivenBack = called.Gas;
        Resume(frame, called);
        HaltReason halt = frame.Halt;
        frame.Halt = HaltReason.None;
        return halt;
    }

    private static void GiveBack(Frame frame, long gas)
    {
        frame.Gas += gas;
        frame.GasGivenBack = gas;
    }
}
