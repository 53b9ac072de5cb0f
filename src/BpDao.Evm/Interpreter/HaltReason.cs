namespace BpDao.Evm;

/// <summary>How a call frame ended. Zero is STOP, RETURN or SELFDESTRUCT; all but <see cref="Reverted"/> consume the frame's gas.</summary>
public enum HaltReason : byte
{
    None,

    /// <summary>REVERT: changes undone, gas left and output given back.</summary>
    Reverted,

    OutOfGas,

    StackUnderflow,

    StackOverflow,

    /// <summary>An opcode that the fork does not have, or INVALID.</summary>
    InvalidOpcode,

    InvalidJump,

    /// <summary>EIP-214.</summary>
    WriteInStaticCall,

    /// <summary>RETURNDATACOPY past the end (EIP-211).</summary>
    ReturnDataOutOfBounds,

    CallDepthExceeded,

    /// <summary>The value exceeds the caller's balance.</summary>
    InsufficientBalance,

    /// <summary>EIP-2681.</summary>
    NonceOverflow,

    /// <summary>EIP-684, EIP-7610.</summary>
    AddressCollision,

    /// <summary>EIP-170.</summary>
    CodeTooLarge,

    /// <summary>EIP-3860.</summary>
    InitCodeTooLarge,

    /// <summary>EIP-3541: code beginning with 0xEF.</summary>
    InvalidCode,

    /// <summary>The gas left does not pay for the code to be stored.</summary>
    CodeStoreOutOfGas,

    /// <summary>A precompiled contract refused its input.</summary>
    PrecompileFailed,
}
