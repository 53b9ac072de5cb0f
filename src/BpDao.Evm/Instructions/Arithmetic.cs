using BpDao.Core;

namespace BpDao.Evm.Instructions;

/// <summary>DIV to SIGNEXTEND; ADD, SUB and MUL are in the loop.</summary>
internal static unsafe class Arithmetic
{
    /// <summary>Not inlined: the loop has too few registers left for it.</summary>
    public static void Multiply(UInt256* sp) => Word.Set(sp - 1, sp[0] * sp[-1]);

    public static HaltReason Div(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        sp[-1] = sp[0] / sp[-1];
        return HaltReason.None;
    }

    public static HaltReason Sdiv(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        sp[-1] = Int256.Divide(sp[0], sp[-1]);
        return HaltReason.None;
    }

    public static HaltReason Mod(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        sp[-1] = sp[0] % sp[-1];
        return HaltReason.None;
    }

    public static HaltReason Smod(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        sp[-1] = Int256.Modulo(sp[0], sp[-1]);
        return HaltReason.None;
    }

    public static HaltReason AddMod(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        sp[-2] = UInt256.AddMod(sp[0], sp[-1], sp[-2]);
        return HaltReason.None;
    }

    public static HaltReason MulMod(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        sp[-2] = UInt256.MultiplyMod(sp[0], sp[-1], sp[-2]);
        return HaltReason.None;
    }

    public static HaltReason Exp(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        int exponentBytes = (sp[-1].BitLength + 7) / 8;
        if (!frame.TryCharge(vm.Costs.ExpByte * exponentBytes)) return HaltReason.OutOfGas;
        sp[-1] = UInt256.Exp(sp[0], sp[-1]);
        return HaltReason.None;
    }

    public static HaltReason SignExtend(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        sp[-1] = Int256.SignExtend(sp[0], sp[-1]);
        return HaltReason.None;
    }
}
