using BpDao.Core;
using BpDao.Evm.Gas;

namespace BpDao.Evm.Instructions;

/// <summary>KECCAK256, CALLDATALOAD and the copies; MLOAD, MSTORE and MSTORE8 are in the loop.</summary>
internal static unsafe class MemoryAccess
{
    public static HaltReason Keccak(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        if (!TryChargeWords(frame, sp[-1], GasCosts.Keccak256Word) || !frame.TryReach(sp[0], sp[-1], out int start, out int count))
        {
            return HaltReason.OutOfGas;
        }

        byte* hash = stackalloc byte[Hash256.Size];
        Keccak256.Hash(new ReadOnlySpan<byte>(frame.Memory + start, count), new Span<byte>(hash, Hash256.Size));
        Word.Set(sp - 1, Word.Read(hash));
        return HaltReason.None;
    }

    /// <summary>Past the end of the input are zeros.</summary>
    public static void CallDataLoad(Frame frame, UInt256* sp)
    {
        ulong length = (ulong)frame.InputLength;
        ulong offset = sp->L0;
        if (!sp->IsUInt64 || offset >= length)
        {
            *sp = UInt256.Zero;
        }
        else if (length - offset >= UInt256.Size)
        {
            Word.Set(sp, Word.Read(frame.Input + offset));
        }
        else
        {
            byte* word = stackalloc byte[UInt256.Size];
            Span<byte> padded = new(word, UInt256.Size);
            padded.Clear();
            frame.InputSpan[(int)offset..].CopyTo(padded);
            Word.Set(sp, Word.Read(word));
        }
    }

    public static HaltReason CallDataCopy(VirtualMachine vm, Frame frame, UInt256* sp) => Copy(frame, sp, frame.InputSpan);

    public static HaltReason CodeCopy(VirtualMachine vm, Frame frame, UInt256* sp) => Copy(frame, sp, frame.Code.Bytes);

    /// <summary>EIP-211: past the end is a failure, not zeros.</summary>
    public static HaltReason ReturnDataCopy(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        bool overflows = UInt256.AddOverflow(sp[-1], sp[-2], out UInt256 end);
        if (overflows || end > (UInt256)(ulong)frame.ReturnDataLength) return HaltReason.ReturnDataOutOfBounds;
        return Copy(frame, sp, frame.ReturnDataSpan);
    }

    /// <summary>EIP-5656.</summary>
    public static HaltReason Mcopy(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        UInt256 furthest = UInt256.Max(sp[0], sp[-1]);
        if (!TryChargeWords(frame, sp[-2], GasCosts.CopyWord) || !frame.TryReach(furthest, sp[-2], out _, out int count))
        {
            return HaltReason.OutOfGas;
        }

        if (count != 0) Buffer.MemoryCopy(frame.Memory + sp[-1].L0, frame.Memory + sp[0].L0, count, count);
        return HaltReason.None;
    }

    /// <summary>Copies to memory from a source that is followed by zeros without end: target, offset and length from the top.</summary>
    public static HaltReason Copy(Frame frame, UInt256* sp, ReadOnlySpan<byte> source)
    {
        if (!TryChargeWords(frame, sp[-2], GasCosts.CopyWord) || !frame.TryReach(sp[0], sp[-2], out int target, out int count))
        {
            return HaltReason.OutOfGas;
        }

        Span<byte> destination = new(frame.Memory + target, count);
        int from = sp[-1].IsUInt64 ? (int)Math.Min(sp[-1].L0, (ulong)source.Length) : source.Length;
        int present = Math.Min(count, source.Length - from);
        source.Slice(from, present).CopyTo(destination);
        destination[present..].Clear();
        return HaltReason.None;
    }

    public static bool TryChargeWords(Frame frame, in UInt256 length, long perWord)
    {
        // More than 2^32 bytes are refused by the memory they need; the charge must only not overflow.
        if (!length.IsUInt64 || length.L0 > uint.MaxValue) return false;
        return frame.TryCharge((long)((length.L0 + 31) / 32) * perWord);
    }
}
