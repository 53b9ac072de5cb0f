using BpDao.Core;
using BpDao.Evm;

namespace BpDao.Node.Commands.TransactionTest;

/// <summary>Our reasons for refusing a transaction under the names that transaction tests give them.</summary>
internal static class RefusalNames
{
    private const string Prefix = "TransactionException.", Signature = "INVALID_SIGNATURE_VRS", Recovery = "EC_RECOVERY_FAIL";

    /// <summary>Whether the test means the signature.</summary>
    public static bool IsOfSignature(string expected) => Names(expected).Any(name => name is Signature or Recovery);

    public static bool Match(string expected, TxError error, IReleaseSpec spec) => Names(expected).Any(name => error switch
    {
        TxError.TypeNotSupported => name.StartsWith("TYPE_", StringComparison.Ordinal),
        // Before EIP-155 a chain id was nothing but a v out of range.
        TxError.WrongChainId => name == (spec.IsEip158 ? "INVALID_CHAINID" : Signature),
        TxError.NonceOverflow => name is "NONCE_TOO_BIG" or "NONCE_IS_MAX",
        TxError.IntrinsicGasTooLow => name == "INTRINSIC_GAS_TOO_LOW",
        TxError.FloorGasTooLow => name is "INTRINSIC_GAS_BELOW_FLOOR_GAS_COST" or "INTRINSIC_GAS_TOO_LOW",
        TxError.TipAboveFeeCap => name.StartsWith("PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS", StringComparison.Ordinal),
        TxError.CostOverflow => name == "GASLIMIT_PRICE_PRODUCT_OVERFLOW",
        TxError.InitCodeTooLarge => name == "INITCODE_SIZE_EXCEEDED",
        TxError.SetCodeTransactionCreates => name == "TYPE_4_TX_CONTRACT_CREATION",
        TxError.EmptyAuthorizationList => name == "TYPE_4_EMPTY_AUTHORIZATION_LIST",
        _ => false,
    });

    private static IEnumerable<string> Names(string expected) =>
        expected.Split('|').Select(name => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name);
}
