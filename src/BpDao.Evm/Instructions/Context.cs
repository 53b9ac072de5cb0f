using BpDao.Core;

namespace BpDao.Evm.Instructions;

/// <summary>What code can ask about its call, transaction and block. Each pushes to <c>sp[1]</c> but for those that take an operand.</summary>
internal static unsafe class Context
{
    private const ulong Ancestors = 256;

    public static HaltReason Address(VirtualMachine vm, Frame frame, UInt256* sp) => Push(sp, Word.Of(frame.Account.Address));

    public static HaltReason Origin(VirtualMachine vm, Frame frame, UInt256* sp) => Push(sp, Word.Of(vm.Origin));

    public static HaltReason Caller(VirtualMachine vm, Frame frame, UInt256* sp) => Push(sp, Word.Of(frame.Caller));

    public static HaltReason CodeSize(VirtualMachine vm, Frame frame, UInt256* sp) => Push(sp, (ulong)frame.Code.Length);

    public static HaltReason GasPrice(VirtualMachine vm, Frame frame, UInt256* sp) => Push(sp, vm.GasPrice);

    public static HaltReason Coinbase(VirtualMachine vm, Frame frame, UInt256* sp) => Push(sp, Word.Of(vm.Block.Coinbase));

    public static HaltReason Timestamp(VirtualMachine vm, Frame frame, UInt256* sp) => Push(sp, vm.Block.Timestamp);

    public static HaltReason Number(VirtualMachine vm, Frame frame, UInt256* sp) => Push(sp, vm.Block.Number);

    public static HaltReason Difficulty(VirtualMachine vm, Frame frame, UInt256* sp) => Push(sp, vm.Block.Difficulty);

    /// <summary>EIP-4399.</summary>
    public static HaltReason PrevRandao(VirtualMachine vm, Frame frame, UInt256* sp) => Push(sp, UInt256.FromHash(vm.Block.PrevRandao));

    public static HaltReason GasLimit(VirtualMachine vm, Frame frame, UInt256* sp) => Push(sp, vm.Block.GasLimit);

    /// <summary>EIP-1344.</summary>
    public static HaltReason ChainId(VirtualMachine vm, Frame frame, UInt256* sp) => Push(sp, vm.Block.ChainId);

    /// <summary>EIP-3198.</summary>
    public static HaltReason BaseFee(VirtualMachine vm, Frame frame, UInt256* sp) => Push(sp, vm.Block.BaseFee);

    /// <summary>EIP-7516.</summary>
    public static HaltReason BlobBaseFee(VirtualMachine vm, Frame frame, UInt256* sp) => Push(sp, vm.BlobBaseFee);

    /// <summary>EIP-4844.</summary>
    public static HaltReason BlobHash(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        bool present = sp->IsUInt64 && sp->L0 < (ulong)vm.BlobHashes.Count;
        *sp = present ? UInt256.FromHash(vm.BlobHashes[(int)sp->L0]) : UInt256.Zero;
        return HaltReason.None;
    }

    public static HaltReason BlockHash(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        ulong wanted = sp->L0, now = vm.Block.Number;
        bool isAncestor = sp->IsUInt64 && wanted < now && now - wanted <= Ancestors;
        *sp = isAncestor ? UInt256.FromHash(vm.Block.BlockHashes.GetBlockHash(wanted)) : UInt256.Zero;
        return HaltReason.None;
    }

    private static HaltReason Push(UInt256* sp, in UInt256 value)
    {
        sp[1] = value;
        return HaltReason.None;
    }
}
