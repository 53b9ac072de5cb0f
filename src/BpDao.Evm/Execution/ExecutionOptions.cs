namespace BpDao.Evm;

/// <summary>Rules of inclusion that do not hold outside blocks. Zero is the full protocol.</summary>
[Flags]
public enum ExecutionOptions
{
    /// <summary>As in a block.</summary>
    None = 0,

    /// <summary>The nonce may be anything.</summary>
    SkipNonceCheck = 1,

    /// <summary>The sender need not be able to pay for gas; the value it must still have.</summary>
    SkipBalanceCheck = 2,

    /// <summary>Fee caps below the base fee are allowed.</summary>
    SkipBaseFeeCheck = 4,

    /// <summary>Nobody pays and nobody receives fees.</summary>
    NoFeePayment = 8,

    /// <summary>The sender may be a contract.</summary>
    SkipSenderCodeCheck = 16,

    /// <summary>The gas limit may exceed the block's and the cap of EIP-7825.</summary>
    SkipGasLimitCheck = 32,

    /// <summary><c>eth_call</c>, <c>eth_estimateGas</c>, <c>eth_createAccessList</c>.</summary>
    Call = SkipNonceCheck | SkipBalanceCheck | SkipBaseFeeCheck | NoFeePayment | SkipSenderCodeCheck | SkipGasLimitCheck,
}
