using BpDao.Core;
using BpDao.Evm.Gas;
using BpDao.Evm.Tracing;

namespace BpDao.Evm.Instructions;

/// <summary>CREATE, CREATE2, and what both share with transactions that create.</summary>
internal static unsafe class Creation
{
    public static HaltReason Create(VirtualMachine vm, Frame frame, UInt256* sp) => Enter(vm, frame, sp, FrameKind.Create);

    /// <summary>EIP-1014.</summary>
    public static HaltReason Create2(VirtualMachine vm, Frame frame, UInt256* sp) => Enter(vm, frame, sp, FrameKind.Create2);

    /// <summary>EIP-684, EIP-7610: something is at the address that a creation must not overwrite.</summary>
    public static bool Collides(AccountState account) => account.Nonce != 0 || account.HasCode || account.HasStorage;

    /// <summary>Makes the account of a creation, within the frame's snapshot.</summary>
    public static void BeginAccount(VirtualMachine vm, Frame frame)
    {
        WorldState world = vm.World;
        world.Touch(frame.Account);
        world.MarkCreated(frame.Account);
        if (vm.Spec.IsEip158) world.SetNonce(frame.Account, 1); // EIP-161
        vm.TransferValue(frame);
    }

    /// <summary>Stores the output of finished init code as the contract's code.</summary>
    public static HaltReason Deploy(VirtualMachine vm, Frame frame)
    {
        ReadOnlySpan<byte> code = frame.OutputSpan;
        if (vm.Spec.IsLondon && code is [0xef, ..]) return HaltReason.InvalidCode; // EIP-3541
        if (vm.Spec.IsEip158 && code.Length > TransactionLimits.MaxCodeSize) return HaltReason.CodeTooLarge; // EIP-170
        long cost = code.Length * GasCosts.CodeByte;
        if (cost > frame.Gas)
        {
            // Frontier left a contract without code where later forks fail (EIP-2).
            if (vm.Spec.IsHomestead) return HaltReason.CodeStoreOutOfGas;
            frame.OutputLength = 0;
            return HaltReason.None;
        }

        frame.Gas -= cost;
        vm.World.SetCode(frame.Account, code.ToArray());
        return HaltReason.None;
    }

    private static HaltReason Enter(VirtualMachine vm, Frame frame, UInt256* sp, FrameKind kind)
    {
        if (frame.IsStatic) return HaltReason.WriteInStaticCall;
        if (!frame.TryReach(sp[-1], sp[-2], out int start, out int length)) return HaltReason.OutOfGas;
        long words = (length + 31) / 32;
        if (vm.Costs.ChargesInitCode)
        {
            if (length > TransactionLimits.MaxInitCodeSize) return HaltReason.InitCodeTooLarge;
            if (!frame.TryCharge(words * GasCosts.InitCodeWord)) return HaltReason.OutOfGas;
        }

        bool salted = kind == FrameKind.Create2;
        if (salted && !frame.TryCharge(words * GasCosts.Keccak256Word)) return HaltReason.OutOfGas;

        UInt256 value = sp[0];
        UInt256* result = frame.Sp = salted ? sp - 3 : sp - 2;
        AccountState creator = frame.Account;
        frame.ReturnDataLength = 0;
        if (frame.Depth == VirtualMachine.MaxDepth || creator.Balance < value || creator.Nonce == ulong.MaxValue)
        {
            *result = UInt256.Zero;
            return HaltReason.None;
        }

        ReadOnlySpan<byte> initCode = new(frame.Memory + start, length);
        Address address = salted
            ? ContractAddress.OfSalt(creator.Address, sp[-3], initCode)
            : ContractAddress.OfNonce(creator.Address, creator.Nonce);
        AccountState created = vm.World.Load(address);
        long gas = vm.Costs.KeepsOne64th ? frame.Gas - (frame.Gas / 64) : frame.Gas;
        frame.Gas -= gas;
        if (vm.Costs.HasAccessLists) vm.World.WarmUp(created);
        vm.World.SetNonce(creator, creator.Nonce + 1);
        if (Collides(created))
        {
            *result = UInt256.Zero;
            return HaltReason.None;
        }

        Frame creation = vm.Enter(
            frame, kind, creator.Address, created, address, value, input: null, inputLength: 0, gas, isStatic: false);
        creation.Start(creation.PrepareInitCode(initCode), gas);
        BeginAccount(vm, creation);
        return Signals.Entered;
    }
}
