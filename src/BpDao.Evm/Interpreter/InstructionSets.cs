using BpDao.Core;
using BpDao.Evm.Instructions;
using static BpDao.Evm.Opcode;

namespace BpDao.Evm;

/// <summary>Builds the instruction set of every fork, each from the one before.</summary>
internal sealed unsafe class InstructionSets
{
    private readonly OpcodeTraits[] _traits = new OpcodeTraits[256];
    private readonly delegate*<VirtualMachine, Frame, UInt256*, HaltReason>[] _run = new delegate*<VirtualMachine, Frame, UInt256*, HaltReason>[256];

    private InstructionSets()
    {
        Array.Fill(_traits, OpcodeTraits.Undefined);
        for (int op = 0; op < 256; op++) _run[op] = &Control.Undefined;
    }

    public static InstructionSet[] BuildAll()
    {
        InstructionSets build = new();
        InstructionSet[] all = new InstructionSet[Enum.GetValues<Fork>().Length];
        for (Fork fork = Fork.Frontier; (int)fork < all.Length; fork++)
        {
            build.Apply(fork);
            all[(int)fork] = new InstructionSet(build._traits, build._run, fork);
        }

        return all;
    }

    private void Apply(Fork fork)
    {
        switch (fork)
        {
            case Fork.Frontier: Frontier(); break;
            case Fork.Homestead: Homestead(); break;
            case Fork.TangerineWhistle: TangerineWhistle(); break;
            case Fork.Byzantium: Byzantium(); break;
            case Fork.Constantinople: Constantinople(); break;
            case Fork.Istanbul: Istanbul(); break;
            case Fork.Berlin: Berlin(); break;
            case Fork.London: Define(BASEFEE, 0, 1, 2, &Context.BaseFee); break; // EIP-3198
            case Fork.Paris: Define(PREVRANDAO, 0, 1, 2, &Context.PrevRandao); break; // EIP-4399
            case Fork.Shanghai: Inline(PUSH0, 0, 1, 2); break; // EIP-3855
            case Fork.Cancun: Cancun(); break;
            case Fork.Osaka: Define(CLZ, 1, 0, 5, &Bitwise.CountLeadingZeros); break; // EIP-7939
        }
    }

    private void Frontier()
    {
        Define(STOP, 0, 0, 0, &Control.Stop);
        foreach (Opcode op in (Opcode[])[ADD, SUB]) Inline(op, 2, -1, 3);
        Inline(MUL, 2, -1, 5);
        Define(DIV, 2, -1, 5, &Arithmetic.Div);
        Define(SDIV, 2, -1, 5, &Arithmetic.Sdiv);
        Define(MOD, 2, -1, 5, &Arithmetic.Mod);
        Define(SMOD, 2, -1, 5, &Arithmetic.Smod);
        Define(ADDMOD, 3, -2, 8, &Arithmetic.AddMod);
        Define(MULMOD, 3, -2, 8, &Arithmetic.MulMod);
        Define(EXP, 2, -1, 10, &Arithmetic.Exp);
        Define(SIGNEXTEND, 2, -1, 5, &Arithmetic.SignExtend);
        foreach (Opcode op in (Opcode[])[LT, GT, SLT, SGT, EQ, AND, OR, XOR, BYTE]) Inline(op, 2, -1, 3);
        foreach (Opcode op in (Opcode[])[ISZERO, NOT]) Inline(op, 1, 0, 3);
        Define(KECCAK256, 2, -1, 30, &MemoryAccess.Keccak);

        Define(ADDRESS, 0, 1, 2, &Context.Address);
        Define(ORIGIN, 0, 1, 2, &Context.Origin);
        Define(CALLER, 0, 1, 2, &Context.Caller);
        Inline(CALLVALUE, 0, 1, 2);
        Inline(CALLDATASIZE, 0, 1, 2);
        Define(CODESIZE, 0, 1, 2, &Context.CodeSize);
        Define(GASPRICE, 0, 1, 2, &Context.GasPrice);
        Define(BALANCE, 1, 0, 20, &Accounts.Balance);
        Inline(CALLDATALOAD, 1, 0, 3);
        Define(CALLDATACOPY, 3, -3, 3, &MemoryAccess.CallDataCopy);
        Define(CODECOPY, 3, -3, 3, &MemoryAccess.CodeCopy);
        Define(EXTCODESIZE, 1, 0, 20, &Accounts.ExtCodeSize);
        Define(EXTCODECOPY, 4, -4, 20, &Accounts.ExtCodeCopy);
        Define(BLOCKHASH, 1, 0, 20, &Context.BlockHash);
        Define(COINBASE, 0, 1, 2, &Context.Coinbase);
        Define(TIMESTAMP, 0, 1, 2, &Context.Timestamp);
        Define(NUMBER, 0, 1, 2, &Context.Number);
        Define(PREVRANDAO, 0, 1, 2, &Context.Difficulty);
        Define(GASLIMIT, 0, 1, 2, &Context.GasLimit);

        Inline(POP, 1, -1, 2);
        Inline(MLOAD, 1, 0, 3);
        Inline(MSTORE, 2, -2, 3);
        Inline(MSTORE8, 2, -2, 3);
        Define(SLOAD, 1, 0, 50, &Storage.Sload);
        Define(SSTORE, 2, -2, 0, &Storage.Sstore);
        Inline(JUMP, 1, -1, 8);
        Inline(JUMPI, 2, -2, 10);
        foreach (Opcode op in (Opcode[])[PC, MSIZE, GAS]) Inline(op, 0, 1, 2);
        Inline(JUMPDEST, 0, 0, 1);
        for (int i = 0; i < 32; i++) Inline(PUSH1 + (byte)i, 0, 1, 3);
        for (int i = 0; i < 16; i++) Inline(DUP1 + (byte)i, i + 1, 1, 3);
        for (int i = 0; i < 16; i++) Inline(SWAP1 + (byte)i, i + 2, 0, 3);
        Define(LOG0, 2, -2, 375, &Logs.Log0);
        Define(LOG1, 3, -3, 375, &Logs.Log1);
        Define(LOG2, 4, -4, 375, &Logs.Log2);
        Define(LOG3, 5, -5, 375, &Logs.Log3);
        Define(LOG4, 6, -6, 375, &Logs.Log4);

        Define(CREATE, 3, -2, 32_000, &Creation.Create);
        Define(CALL, 7, -6, 40, &Calls.Call);
        Define(CALLCODE, 7, -6, 40, &Calls.CallCode);
        Define(RETURN, 2, -2, 0, &Control.Return);
        Define(SELFDESTRUCT, 1, -1, 0, &Control.SelfDestruct);
    }

    private void Homestead() => Define(DELEGATECALL, 6, -5, 40, &Calls.DelegateCall); // EIP-7

    /// <summary>EIP-150.</summary>
    private void TangerineWhistle()
    {
        Reprice(BALANCE, 400);
        Reprice(EXTCODESIZE, 700);
        Reprice(EXTCODECOPY, 700);
        Reprice(SLOAD, 200);
        foreach (Opcode op in (Opcode[])[CALL, CALLCODE, DELEGATECALL]) Reprice(op, 700);
        Reprice(SELFDESTRUCT, 5_000);
    }

    /// <summary>EIP-140, 211, 214.</summary>
    private void Byzantium()
    {
        Define(REVERT, 2, -2, 0, &Control.Revert);
        Inline(RETURNDATASIZE, 0, 1, 2);
        Define(RETURNDATACOPY, 3, -3, 3, &MemoryAccess.ReturnDataCopy);
        Define(STATICCALL, 6, -5, 700, &Calls.StaticCall);
    }

    /// <summary>EIP-145, 1014, 1052; EIP-1283 by its gas costs.</summary>
    private void Constantinople()
    {
        Inline(SHL, 2, -1, 3);
        Inline(SHR, 2, -1, 3);
        Define(SAR, 2, -1, 3, &Bitwise.Sar);
        Define(CREATE2, 4, -3, 32_000, &Creation.Create2);
        Define(EXTCODEHASH, 1, 0, 400, &Accounts.ExtCodeHash);
    }

    /// <summary>EIP-1344, 1884; EIP-2200 by its gas costs.</summary>
    private void Istanbul()
    {
        Define(CHAINID, 0, 1, 2, &Context.ChainId);
        Define(SELFBALANCE, 0, 1, 5, &Accounts.SelfBalance);
        Reprice(BALANCE, 700);
        Reprice(EXTCODEHASH, 700);
        Reprice(SLOAD, 800);
    }

    /// <summary>EIP-2929: what is warm.</summary>
    private void Berlin()
    {
        foreach (Opcode op in (Opcode[])[BALANCE, EXTCODESIZE, EXTCODECOPY, EXTCODEHASH, SLOAD, CALL, CALLCODE, DELEGATECALL, STATICCALL])
        {
            Reprice(op, 100);
        }
    }

    /// <summary>EIP-1153, 4844, 5656, 7516.</summary>
    private void Cancun()
    {
        Define(TLOAD, 1, 0, 100, &Storage.Tload);
        Define(TSTORE, 2, -2, 100, &Storage.Tstore);
        Define(MCOPY, 3, -3, 3, &MemoryAccess.Mcopy);
        Define(BLOBHASH, 1, 0, 3, &Context.BlobHash);
        Define(BLOBBASEFEE, 0, 1, 2, &Context.BlobBaseFee);
    }

    private void Define(Opcode op, int needs, int change, int gas, delegate*<VirtualMachine, Frame, UInt256*, HaltReason> run)
    {
        _traits[(int)op] = new OpcodeTraits(needs, change, gas);
        _run[(int)op] = run;
    }

    /// <summary>Defines an instruction that the loop does itself.</summary>
    private void Inline(Opcode op, int needs, int change, int gas) => _traits[(int)op] = new OpcodeTraits(needs, change, gas);

    private void Reprice(Opcode op, int gas) =>
        _traits[(int)op] = new OpcodeTraits(_traits[(int)op].MinHeight / UInt256.Size, _traits[(int)op].Change, gas);
}
