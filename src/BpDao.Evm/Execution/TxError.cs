namespace BpDao.Evm;

/// <summary>Why a transaction may not be in a block at all. Zero is "it may".</summary>
public enum TxError : byte
{
    None,

    /// <summary>The fork does not know this type (EIP-2718).</summary>
    TypeNotSupported,

    /// <summary>Signed for another chain (EIP-155 and later).</summary>
    WrongChainId,

    /// <summary>EIP-2681: the sender's nonce cannot grow any more.</summary>
    NonceOverflow,

    NonceTooLow,

    NonceTooHigh,

    /// <summary>EIP-3607; a delegation (EIP-7702) does not count.</summary>
    SenderHasCode,

    /// <summary>Less gas than the transaction costs before its first instruction.</summary>
    IntrinsicGasTooLow,

    /// <summary>Less gas than its calldata costs at least (EIP-7623).</summary>
    FloorGasTooLow,

    GasLimitAboveBlock,

    /// <summary>EIP-7825.</summary>
    GasLimitAboveCap,

    /// <summary>EIP-1559.</summary>
    FeeCapBelowBaseFee,

    /// <summary>EIP-1559.</summary>
    TipAboveFeeCap,

    /// <summary>Gas times price plus value does not fit in 256 bits.</summary>
    CostOverflow,

    InsufficientFunds,

    /// <summary>EIP-3860.</summary>
    InitCodeTooLarge,

    /// <summary>EIP-4844: a blob transaction has a recipient.</summary>
    BlobTransactionCreates,

    /// <summary>EIP-4844.</summary>
    NoBlobs,

    /// <summary>More than an empty block may carry (EIP-4844).</summary>
    BlobGasAboveBlock,

    /// <summary>More than a transaction may carry (EIP-7594).</summary>
    TooManyBlobs,

    /// <summary>EIP-4844: a versioned hash begins with 0x01.</summary>
    InvalidBlobHashVersion,

    /// <summary>EIP-4844.</summary>
    BlobFeeCapBelowBlobFee,

    /// <summary>EIP-7702: a set-code transaction has a recipient.</summary>
    SetCodeTransactionCreates,

    /// <summary>EIP-7702.</summary>
    EmptyAuthorizationList,
}
