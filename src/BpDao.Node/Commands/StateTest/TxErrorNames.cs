using BpDao.Core;
using BpDao.Evm;

namespace BpDao.Node.Commands.StateTest;

/// <summary>Our reasons for refusing a transaction under the names that execution-spec-tests give them.</summary>
internal static class TxErrorNames
{
    private const string Prefix = "TransactionException.";

    /// <summary>Whether a refusal is one that the test allows. Tests of other generators use no fixed names: any refusal will do;
    /// so it does when the transaction could not even be decoded.</summary>
    public static bool Match(string expected, TransactionResult? result, TxType type)
    {
        return result is null || !expected.StartsWith(Prefix, StringComparison.Ordinal) || expected.Split('|').Any(name => Match(name, result.Error, type));
    }

    /// <summary>Whether that one name, with its prefix, is our reason's.</summary>
    public static bool Match(string name, TxError error, TxType type) =>
        name == Prefix + NameOf(error, type)
        // A block's worth of blobs is also the most that a transaction may carry before Osaka: tests know it by both names.
        || (error == TxError.BlobGasAboveBlock && name == Prefix + NameOf(TxError.TooManyBlobs, type));

    private static string NameOf(TxError error, TxType type) => error switch
    {
        TxError.TypeNotSupported => $"TYPE_{(int)type}_TX_PRE_FORK",
        TxError.WrongChainId => "INVALID_CHAINID",
        TxError.NonceOverflow => "NONCE_IS_MAX",
        TxError.NonceTooLow => "NONCE_MISMATCH_TOO_LOW",
        TxError.NonceTooHigh => "NONCE_MISMATCH_TOO_HIGH",
        TxError.SenderHasCode => "SENDER_NOT_EOA",
        TxError.IntrinsicGasTooLow => "INTRINSIC_GAS_TOO_LOW",
        TxError.FloorGasTooLow => "INTRINSIC_GAS_BELOW_FLOOR_GAS_COST",
        TxError.GasLimitAboveBlock => "GAS_ALLOWANCE_EXCEEDED",
        TxError.GasLimitAboveCap => "GAS_LIMIT_EXCEEDS_MAXIMUM",
        TxError.FeeCapBelowBaseFee => "INSUFFICIENT_MAX_FEE_PER_GAS",
        TxError.TipAboveFeeCap => "PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS",
        TxError.CostOverflow => "GASLIMIT_PRICE_PRODUCT_OVERFLOW",
        TxError.InsufficientFunds => "INSUFFICIENT_ACCOUNT_FUNDS",
        TxError.InitCodeTooLarge => "INITCODE_SIZE_EXCEEDED",
        TxError.BlobTransactionCreates => "TYPE_3_TX_CONTRACT_CREATION",
        TxError.NoBlobs => "TYPE_3_TX_ZERO_BLOBS",
        TxError.BlobGasAboveBlock => "TYPE_3_TX_MAX_BLOB_GAS_ALLOWANCE_EXCEEDED",
        TxError.TooManyBlobs => "TYPE_3_TX_BLOB_COUNT_EXCEEDED",
        TxError.InvalidBlobHashVersion => "TYPE_3_TX_INVALID_BLOB_VERSIONED_HASH",
        TxError.BlobFeeCapBelowBlobFee => "INSUFFICIENT_MAX_FEE_PER_BLOB_GAS",
        TxError.SetCodeTransactionCreates => "TYPE_4_TX_CONTRACT_CREATION",
        TxError.EmptyAuthorizationList => "TYPE_4_EMPTY_AUTHORIZATION_LIST",
        _ => error.ToString(),
    };
}
