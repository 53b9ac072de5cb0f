using BpDao.Evm;

namespace BpDao.Node.Commands.Transition;

/// <summary>Refusals in the words of geth's <c>evm t8n</c>, by which test generators recognise them; our own figures stand behind.</summary>
internal static class RejectionTexts
{
    public const string Undecodable = "rlp: the transaction cannot be decoded";

    public const string InvalidSignature = "invalid transaction v, r, s values";

    public static string Of(TransactionResult refused) => $"{NameOf(refused.Error)}: {refused.Detail}";

    private static string NameOf(TxError error) => error switch
    {
        TxError.TypeNotSupported => "transaction type not supported",
        TxError.WrongChainId => "invalid chain id for signer",
        TxError.NonceOverflow => "nonce has max value",
        TxError.NonceTooLow => "nonce too low",
        TxError.NonceTooHigh => "nonce too high",
        TxError.SenderHasCode => "sender not an eoa",
        TxError.IntrinsicGasTooLow => "intrinsic gas too low",
        TxError.FloorGasTooLow => "insufficient gas for floor data gas cost",
        TxError.GasLimitAboveBlock => "gas limit reached",
        TxError.GasLimitAboveCap => "transaction gas limit too high",
        TxError.FeeCapBelowBaseFee => "max fee per gas less than block base fee",
        TxError.TipAboveFeeCap => "max priority fee per gas higher than max fee per gas",
        TxError.CostOverflow or TxError.InsufficientFunds => "insufficient funds for gas * price + value",
        TxError.InitCodeTooLarge => "max initcode size exceeded",
        TxError.BlobTransactionCreates => "blob transaction of type create",
        TxError.NoBlobs => "blob transaction missing blob hashes",
        TxError.BlobGasAboveBlock or TxError.TooManyBlobs => "blobs would exceed maximum allowance",
        TxError.InvalidBlobHashVersion => "blob has invalid hash version",
        TxError.BlobFeeCapBelowBlobFee => "max fee per blob gas less than block blob gas fee",
        TxError.SetCodeTransactionCreates => "set code transaction must not be a create transaction",
        TxError.EmptyAuthorizationList => "set code transaction with empty auth list",
        _ => error.ToString(),
    };
}
