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
    public static void Run<TTracer>(Frame frame, TTracer tracer)
        where TTracer : struct, IOpcodeTracer
    {
        // Five values live through the whole loop, as many as there are registers that calls preserve; what else it needs it asks of the frame.
        OpcodeTraits* table = frame.Machine.Instructions.Traits;
        UInt256* sp = frame.Sp;
        byte* ip = frame.Ip;
        long gas = frame.Gas;
        HaltReason halt;

        while (true) // ends: code is padded with STOP
        {
            byte op = *ip;
            if (TTracer.IsEnabled) tracer.Before(frame, ip, sp, gas);

            uint height = (uint)((byte*)sp - (byte*)frame.Floor);
            if (height - table[op].MinHeight > table[op].Slack)
            {
                halt = StackFault(table + op, height);
                break;
            }

            gas -= table[op].Gas;
            if (gas < 0) goto OutOfGas;
            ip++;

            switch ((Opcode)op)
            {
                case ADD:
                    Word.Add(sp);
                    sp--;
                    break;
                case SUB:
                    Word.Subtract(sp);
                    sp--;
                    break;
                case MUL:
                    Arithmetic.Multiply(sp);
                    sp--;
                    break;
                case LT:
                    Word.Set(sp - 1, sp[0] < sp[-1]);
                    sp--;
                    break;
                case GT:
                    Word.Set(sp - 1, sp[-1] < sp[0]);
                    sp--;
                    break;
                case SLT:
                    Word.Set(sp - 1, Int256.LessThan(sp[0], sp[-1]));
                    sp--;
                    break;
                case SGT:
                    Word.Set(sp - 1, Int256.LessThan(sp[-1], sp[0]));
                    sp--;
                    break;
                case EQ:
                    Word.Set(sp - 1, Word.Load(sp) == Word.Load(sp - 1));
                    sp--;
                    break;
                case ISZERO:
                    Word.Set(sp, Word.IsZero(sp));
                    break;
                case AND:
                    Word.Set(sp - 1, Word.Load(sp) & Word.Load(sp - 1));
                    sp--;
                    break;
                case OR:
                    Word.Set(sp - 1, Word.Load(sp) | Word.Load(sp - 1));
                    sp--;
                    break;
                case XOR:
                    Word.Set(sp - 1, Word.Load(sp) ^ Word.Load(sp - 1));
                    sp--;
                    break;
                case NOT:
                    Word.Set(sp, ~Word.Load(sp));
                    break;
                case BYTE:
                    Bitwise.Byte(sp);
                    sp--;
                    break;
                case SHL:
                    Bitwise.ShiftLeft(sp);
                    sp--;
                    break;
                case SHR:
                    Bitwise.ShiftRight(sp);
                    sp--;
                    break;

                case CALLVALUE:
                    Word.Set(++sp, frame.Value);
                    break;
                case CALLDATASIZE:
                    Word.Set(++sp, (ulong)frame.InputLength);
                    break;
                case CALLDATALOAD:
                    MemoryAccess.CallDataLoad(frame, sp);
                    break;
                case RETURNDATASIZE:
                    Word.Set(++sp, (ulong)frame.ReturnDataLength);
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

                    Word.Set(sp, Word.Read(frame.Memory + sp->L0));
                    break;
                case MSTORE:
                    if (!Covers(frame, sp, 32))
                    {
                        frame.Gas = gas;
                        if (!sp->IsUInt64 || !frame.TryExpand(sp->L0, 32)) goto OutOfGas;
                        gas = frame.Gas;
                    }

                    Word.Write(frame.Memory + sp->L0, sp - 1);
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
                    if (!sp->IsUInt64 || !frame.TryJump(sp->L0, ref ip)) goto InvalidJump;
                    sp--;
                    if (TTracer.IsEnabled) break;
                    goto PassJumpDestination;
                case JUMPI:
                    if (Word.IsZero(sp - 1))
                    {
                        sp -= 2;
                        break;
                    }

                    if (!sp->IsUInt64 || !frame.TryJump(sp->L0, ref ip)) goto InvalidJump;
                    sp -= 2;
                    if (TTracer.IsEnabled) break;
                    goto PassJumpDestination;
                case PC:
                    Word.Set(++sp, (ulong)(ip - frame.Code.Start - 1));
                    break;
                case MSIZE:
                    Word.Set(++sp, (ulong)frame.MemorySize);
                    break;
                case GAS:
                    Word.Set(++sp, (ulong)gas);
                    break;
                case JUMPDEST:
                    break;

                case PUSH0:
                    Word.Set(++sp, 0UL);
                    break;
                case PUSH1:
                    Word.Set(++sp, *ip);
                    ip++;
                    break;
                case PUSH2:
                    ulong two = BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ushort>(ip));
                    ip += 2;
                    if (!TTracer.IsEnabled)
                    {
                        // A third of what Solidity emits is PUSH2, JUMP or JUMPI, JUMPDEST: they run as one where the stack suffices.
                        if (*ip == (byte)JUMP)
                        {
                            gas -= table[(int)JUMP].Gas;
                            if (gas < 0) goto OutOfGas;
                            if (!frame.TryJump(two, ref ip)) goto InvalidJump;
                            goto PassJumpDestination;
                        }

                        if (*ip == (byte)JUMPI && height != 0)
                        {
                            gas -= table[(int)JUMPI].Gas;
                            if (gas < 0) goto OutOfGas;
                            ip++;
                            sp--;
                            if (Word.IsZero(sp + 1)) continue;
                            if (!frame.TryJump(two, ref ip)) goto InvalidJump;
                            goto PassJumpDestination;
                        }
                    }

                    Word.Set(++sp, two);
                    break;
                case PUSH3 or PUSH4 or PUSH5 or PUSH6 or PUSH7 or PUSH8:
                    int few = op - (byte)PUSH0;
                    Word.Set(++sp, Word.Limb(ip) >> (64 - (8 * few)));
                    ip += few;
                    break;
                case PUSH9 or PUSH10 or PUSH11 or PUSH12 or PUSH13 or PUSH14 or PUSH15 or PUSH16 or PUSH17 or PUSH18 or PUSH19 or PUSH20
                    or PUSH21 or PUSH22 or PUSH23 or PUSH24 or PUSH25 or PUSH26 or PUSH27 or PUSH28 or PUSH29 or PUSH30 or PUSH31:
                    int many = op - (byte)PUSH0;
                    ip += many;
                    Word.Set(++sp, Word.ReadLow(ip, many));
                    break;
                case PUSH32:
                    Word.Set(++sp, Word.Read(ip));
                    ip += 32;
                    break;

                case DUP1:
                    Word.Set(sp + 1, Word.Load(sp));
                    sp++;
                    break;
                case DUP2:
                    Word.Set(sp + 1, Word.Load(sp - 1));
                    sp++;
                    break;
                case DUP3 or DUP4 or DUP5 or DUP6 or DUP7 or DUP8 or DUP9 or DUP10 or DUP11 or DUP12 or DUP13 or DUP14 or DUP15 or DUP16:
                    Word.Set(sp + 1, Word.Load(sp + ((byte)DUP1 - op)));
                    sp++;
                    break;
                case SWAP1:
                    Word.Swap(sp, sp - 1);
                    break;
                case SWAP2 or SWAP3 or SWAP4 or SWAP5 or SWAP6 or SWAP7 or SWAP8 or SWAP9 or SWAP10 or SWAP11 or SWAP12 or SWAP13 or SWAP14
                    or SWAP15 or SWAP16:
                    Word.Swap(sp, sp + ((byte)SWAP1 - op - 1));
                    break;

                default:
                    frame.Gas = gas;
                    halt = InstructionSet.RunOf(table, op)(frame.Machine, frame, sp);
                    gas = frame.Gas;
                    if (halt != HaltReason.None) goto Leave;
                    sp += table[ip[-1]].Change; // read again: no register is left to keep the opcode during the call
                    break;
            }

            if (TTracer.IsEnabled) tracer.After(frame, gas, HaltReason.None);
            continue;

        PassJumpDestination:
            gas -= table[(int)JUMPDEST].Gas;
            if (gas < 0) goto OutOfGas;
            ip++;
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
        if (TTracer.IsEnabled) tracer.After(frame, gas, reason);
        frame.Gas = gas;
        frame.Ip = ip;
        frame.Halt = reason;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Covers(Frame frame, UInt256* offset, ulong length) =>
        offset->IsUInt64 && offset->L0 + length <= (ulong)frame.MemorySize && offset->L0 < (ulong)frame.MemorySize;

    private static HaltReason StackFault(OpcodeTraits* traits, uint height) =>
        !traits->IsDefined ? HaltReason.InvalidOpcode
        : height < traits->MinHeight ? HaltReason.StackUnderflow
        : HaltReason.StackOverflow;
}
