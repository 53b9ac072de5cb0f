using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using BpDao.Core;
using BpDao.Evm.Instructions;
using BpDao.Evm.Tracing;
using static BpDao.Evm.Opcode;

namespace BpDao.Evm;

/// <summary>The loop. It checks and charges every instruction from the table of its fork, does the frequent ones itself, with program
/// counter, stack pointer and gas in registers, and leaves the rest to <see cref="InstructionSet.Run"/>.</summary>
internal static unsafe class Interpreter
{
    /// <summary>Runs a frame until it is done (then <see cref="Frame.Halt"/> says how) or until it entered another (then the machine's
    /// current frame is that one).</summary>
    /// <remarks>Compiled at once and in full: tiered compilation would replace the loop while it turns, and what it then makes keeps
    /// stack pointer and gas in memory (half the speed on stack-heavy code).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TTracer>(VirtualMachine vm, Frame frame, TTracer tracer)
        where TTracer : struct, IOpcodeTracer
    {
        OpcodeTraits* table = vm.Instructions.Traits;
        UInt256* floor = frame.Floor;
        UInt256* sp = frame.Sp;
        byte* code = frame.Code.Start;
        byte* ip = frame.Ip;
        byte* jumpMap = null;
        long gas = frame.Gas;
        long gasBefore = gas;
        OpcodeTraits* traits;
        HaltReason halt;

        while (true) // ends: code is padded with STOP
        {
            byte op = *ip;
            traits = table + op;
            if (TTracer.IsEnabled)
            {
                gasBefore = gas;
                tracer.Before(vm, frame, ip, sp, gas);
            }

            uint height = (uint)((byte*)sp - (byte*)floor);
            if (height - traits->MinHeight > traits->Slack)
            {
                halt = StackFault(traits, height);
                break;
            }

            if ((gas -= traits->Gas) < 0) goto OutOfGas;
            ip++;

            switch ((Opcode)op)
            {
                case ADD:
                    sp[-1] = sp[0] + sp[-1];
                    sp--;
                    break;
                case SUB:
                    sp[-1] = sp[0] - sp[-1];
                    sp--;
                    break;
                case MUL:
                    sp[-1] = sp[0] * sp[-1];
                    sp--;
                    break;
                case LT:
                    Bitwise.SetBool(sp - 1, sp[0] < sp[-1]);
                    sp--;
                    break;
                case GT:
                    Bitwise.SetBool(sp - 1, sp[-1] < sp[0]);
                    sp--;
                    break;
                case SLT:
                    Bitwise.SetBool(sp - 1, Int256.LessThan(sp[0], sp[-1]));
                    sp--;
                    break;
                case SGT:
                    Bitwise.SetBool(sp - 1, Int256.LessThan(sp[-1], sp[0]));
                    sp--;
                    break;
                case EQ:
                    Bitwise.SetBool(sp - 1, sp[0] == sp[-1]);
                    sp--;
                    break;
                case ISZERO:
                    Bitwise.SetBool(sp, sp->IsZero);
                    break;
                case AND:
                    sp[-1] = sp[0] & sp[-1];
                    sp--;
                    break;
                case OR:
                    sp[-1] = sp[0] | sp[-1];
                    sp--;
                    break;
                case XOR:
                    sp[-1] = sp[0] ^ sp[-1];
                    sp--;
                    break;
                case NOT:
                    *sp = ~*sp;
                    break;
                case BYTE:
                    sp[-1] = UInt256.Byte(sp[-1], sp[0]);
                    sp--;
                    break;
                case SHL:
                    sp[-1] = sp[-1] << sp[0];
                    sp--;
                    break;
                case SHR:
                    sp[-1] = sp[-1] >> sp[0];
                    sp--;
                    break;

                case CALLVALUE:
                    *++sp = frame.Value;
                    break;
                case CALLDATASIZE:
                    *++sp = (ulong)frame.InputLength;
                    break;
                case CALLDATALOAD:
                    MemoryAccess.CallDataLoad(frame, sp);
                    break;
                case RETURNDATASIZE:
                    *++sp = (ulong)frame.ReturnDataLength;
                    break;

                case POP:
                    sp--;
                    break;
                case MLOAD:
                    if (!Covers(frame, sp, 32))
                    {
                        frame.Gas = gas;
                        if (!sp->IsUInt64 || !frame.TryExpand(sp->L0, 32)) goto OutOfGas;
                        gas = frame.Gas;
                    }

                    *sp = Word.Read(frame.Memory + sp->L0);
                    break;
                case MSTORE:
                    if (!Covers(frame, sp, 32))
                    {
                        frame.Gas = gas;
                        if (!sp->IsUInt64 || !frame.TryExpand(sp->L0, 32)) goto OutOfGas;
                        gas = frame.Gas;
                    }

                    Word.Write(frame.Memory + sp->L0, sp[-1]);
                    sp -= 2;
                    break;
                case MSTORE8:
                    if (!Covers(frame, sp, 1))
                    {
                        frame.Gas = gas;
                        if (!sp->IsUInt64 || !frame.TryExpand(sp->L0, 1)) goto OutOfGas;
                        gas = frame.Gas;
                    }

                    frame.Memory[sp->L0] = (byte)sp[-1].L0;
                    sp -= 2;
                    break;

                case JUMP:
                    if (jumpMap == null) jumpMap = frame.Code.JumpMap;
                    if (!IsJumpDestination(frame, jumpMap, sp)) goto InvalidJump;
                    ip = code + sp->L0;
                    sp--;
                    break;
                case JUMPI:
                    if (!sp[-1].IsZero)
                    {
                        if (jumpMap == null) jumpMap = frame.Code.JumpMap;
                        if (!IsJumpDestination(frame, jumpMap, sp)) goto InvalidJump;
                        ip = code + sp->L0;
                    }

                    sp -= 2;
                    break;
                case PC:
                    *++sp = (ulong)(ip - code - 1);
                    break;
                case MSIZE:
                    *++sp = (ulong)frame.MemorySize;
                    break;
                case GAS:
                    *++sp = (ulong)gas;
                    break;
                case JUMPDEST:
                    break;

                case PUSH0:
                    *++sp = UInt256.Zero;
                    break;
                case PUSH1:
                    *++sp = *ip;
                    ip++;
                    break;
                case PUSH2:
                    *++sp = BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ushort>(ip));
                    ip += 2;
                    break;
                case PUSH3 or PUSH4 or PUSH5 or PUSH6 or PUSH7 or PUSH8:
                    int few = op - (byte)PUSH0;
                    *++sp = Word.Limb(ip) >> (64 - (8 * few));
                    ip += few;
                    break;
                case PUSH9 or PUSH10 or PUSH11 or PUSH12 or PUSH13 or PUSH14 or PUSH15 or PUSH16 or PUSH17 or PUSH18 or PUSH19 or PUSH20
                    or PUSH21 or PUSH22 or PUSH23 or PUSH24 or PUSH25 or PUSH26 or PUSH27 or PUSH28 or PUSH29 or PUSH30 or PUSH31:
                    int many = op - (byte)PUSH0;
                    ip += many;
                    *++sp = Bitwise.LowBytes(Word.Read(ip - 32), many);
                    break;
                case PUSH32:
                    *++sp = Word.Read(ip);
                    ip += 32;
                    break;

                case DUP1:
                    sp[1] = sp[0];
                    sp++;
                    break;
                case DUP2:
                    sp[1] = sp[-1];
                    sp++;
                    break;
                case DUP3 or DUP4 or DUP5 or DUP6 or DUP7 or DUP8 or DUP9 or DUP10 or DUP11 or DUP12 or DUP13 or DUP14 or DUP15 or DUP16:
                    sp[1] = sp[(byte)DUP1 - op];
                    sp++;
                    break;
                case SWAP1:
                    (sp[0], sp[-1]) = (sp[-1], sp[0]);
                    break;
                case SWAP2 or SWAP3 or SWAP4 or SWAP5 or SWAP6 or SWAP7 or SWAP8 or SWAP9 or SWAP10 or SWAP11 or SWAP12 or SWAP13 or SWAP14
                    or SWAP15 or SWAP16:
                    UInt256* other = sp + ((byte)SWAP1 - op - 1);
                    (*sp, *other) = (*other, *sp);
                    break;

                default:
                    frame.Gas = gas;
                    halt = vm.Instructions.Run[op](vm, frame, sp);
                    gas = frame.Gas;
                    if (halt != HaltReason.None) goto Leave;
                    sp += traits->Change;
                    break;
            }

            if (TTracer.IsEnabled) tracer.After(frame, gasBefore, gas, HaltReason.None);
            continue;

        OutOfGas:
            halt = HaltReason.OutOfGas;
            break;

        InvalidJump:
            halt = HaltReason.InvalidJump;
            break;
        }

    Leave:
        bool entered = halt == Signals.Entered;
        HaltReason reason = entered || halt == Signals.Finished ? HaltReason.None : halt;
        if (TTracer.IsEnabled) tracer.After(frame, gasBefore, gas, reason);
        frame.Gas = gas;
        frame.Ip = ip;
        frame.Sp = sp + traits->Change;
        frame.Halt = reason;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Covers(Frame frame, UInt256* offset, ulong length) =>
        offset->IsUInt64 && offset->L0 + length <= (ulong)frame.MemorySize && offset->L0 < (ulong)frame.MemorySize;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsJumpDestination(Frame frame, byte* jumpMap, UInt256* target)
    {
        ulong to = target->L0;
        return target->IsUInt64 && to < (ulong)frame.Code.Length && ((jumpMap[to >> 3] >> (int)(to & 7)) & 1) != 0;
    }

    private static HaltReason StackFault(OpcodeTraits* traits, uint height) =>
        !traits->IsDefined ? HaltReason.InvalidOpcode
        : height < traits->MinHeight ? HaltReason.StackUnderflow
        : HaltReason.StackOverflow;
}
