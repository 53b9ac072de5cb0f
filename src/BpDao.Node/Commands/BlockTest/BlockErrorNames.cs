using BpDao.Consensus;
using BpDao.Core;
using BpDao.Evm;
using BpDao.Node.Commands.StateTest;

namespace BpDao.Node.Commands.BlockTest;

/// <summary>Our reasons for refusing a block under the names that the official tests give them.</summary>
internal static class BlockErrorNames
{
    /// <summary>What stands for the name where a test says only that its block must be refused.</summary>
    public const string Unnamed = "a refusal";

    private const string OfBlock = "BlockException.", OfTransaction = "TransactionException.", OfOldTransaction = "TR_";

    /// <summary>Names of execution-spec-tests, without their prefix. Several of our reasons may stand behind one name, as nothing defines
    /// which rule is asked first.</summary>
    private static readonly Dictionary<string, BlockError[]> ByName = new(StringComparer.Ordinal)
    {
        ["INCORRECT_EXCESS_BLOB_GAS"] = [BlockError.InvalidBlobGas, BlockError.InvalidForkFields],
        ["INCORRECT_BLOB_GAS_USED"] = [BlockError.InvalidBlobGas, BlockError.InvalidForkFields],
        ["BLOB_GAS_USED_ABOVE_LIMIT"] = [BlockError.InvalidBlobGas],
        ["INVALID_REQUESTS"] = [BlockError.InvalidRequestsHash],
        ["INVALID_DEPOSIT_EVENT_LAYOUT"] = [BlockError.InvalidRequestsHash],
        ["SYSTEM_CONTRACT_CALL_FAILED"] = [BlockError.SystemCallFailed],
        ["SYSTEM_CONTRACT_EMPTY"] = [BlockError.SystemCallFailed],
        ["INVALID_WITHDRAWALS_ROOT"] = [BlockError.InvalidWithdrawalsRoot],
        ["INVALID_BASEFEE_PER_GAS"] = [BlockError.InvalidBaseFee],
        ["INCORRECT_BLOCK_FORMAT"] = [BlockError.InvalidForkFields, BlockError.MalformedBlock],
        ["RLP_STRUCTURES_ENCODING"] = [BlockError.MalformedBlock],
        ["INVALID_BLOCK_HASH"] = [], // no field of a block in RLP: it is told by the field that was bent
        ["RLP_BLOCK_LIMIT_EXCEEDED"] = [BlockError.BlockTooLarge],
    };

    /// <summary>Names of the older generator. It bent headers of blocks and of ommers under the same names, so <see cref="BlockError.InvalidOmmers"/>
    /// may stand behind any of them when the block has ommers.</summary>
    private static readonly Dictionary<string, BlockError[]> ByOldName = new(StringComparer.Ordinal)
    {
        ["1559BlockImportImpossible_BaseFeeWrong"] = [BlockError.InvalidBaseFee],
        ["1559BlockImportImpossible_HeaderIsLegacy"] = [BlockError.InvalidForkFields],
        ["3675PoSBlockRejected"] = [BlockError.InvalidDifficulty],
        ["3675PoWBlockRejected"] = [BlockError.InvalidDifficulty],
        ["3675PreParis1559BlockRejected"] = [BlockError.InvalidDifficulty, BlockError.InvalidOmmers],
        ["ExtraDataIncorrectDAO"] = [BlockError.InvalidExtraData],
        ["ExtraDataTooBig"] = [BlockError.InvalidExtraData, BlockError.MalformedBlock],
        ["INPUT_UNMARSHAL_ERROR"] = [BlockError.MalformedBlock],
        ["InvalidBlockNonce"] = [BlockError.InvalidNonce],
        ["InvalidDifficulty"] = [BlockError.InvalidDifficulty],
        ["InvalidGasLimit"] = [BlockError.InvalidGasLimit],
        ["InvalidGasLimit2"] = [BlockError.InvalidGasLimit, BlockError.InvalidForkFields],
        ["InvalidGasUsed"] = [BlockError.InvalidGasUsed],
        ["InvalidLogBloom"] = [BlockError.InvalidLogsBloom],
        ["InvalidNumber"] = [BlockError.InvalidNumber, BlockError.BehindFinality],
        ["InvalidReceiptsStateRoot"] = [BlockError.InvalidReceiptsRoot],
        ["InvalidStateRoot"] = [BlockError.InvalidStateRoot],
        ["InvalidTimestamp"] = [BlockError.InvalidTimestamp],
        ["InvalidTimestampOlderParent"] = [BlockError.InvalidTimestamp],
        ["InvalidTransactionsRoot"] = [BlockError.InvalidTransactionsRoot],
        ["IntrinsicGas"] = [BlockError.InvalidTransaction, BlockError.InvalidTransactionsRoot],
        ["InvalidUncleParentHash"] = [BlockError.InvalidOmmers],
        ["InvalidUnclesHash"] = [BlockError.InvalidOmmers],
        ["InvalidWithdrawals"] = [BlockError.InvalidWithdrawalsRoot],
        ["LegacyBlockImportImpossible"] = [BlockError.InvalidForkFields],
        ["LegacyBlockImportImpossible2"] = [BlockError.InvalidForkFields],
        ["ParisBlockImportImpossible"] = [BlockError.InvalidForkFields],
        ["PostParisUncleHashIsNotEmpty"] = [BlockError.InvalidOmmers],
        ["RLP_ExpectedAsList"] = [BlockError.MalformedBlock, BlockError.InvalidWithdrawalsRoot], // the body's withdrawals are bent, not their encoding
        ["SenderNotEOAorNoCASH"] = [BlockError.InvalidTransaction, BlockError.InvalidTransactionsRoot],
        ["ShanghaiBlockImportImpossible"] = [BlockError.InvalidForkFields],
        ["TooManyUncles"] = [BlockError.InvalidOmmers],
        ["TooMuchGasUsed"] = [BlockError.GasUsedOverLimit],
        ["UncleInChain"] = [BlockError.InvalidOmmers],
        ["UncleIsAncestor"] = [BlockError.InvalidOmmers],
        ["UncleIsBrother"] = [BlockError.InvalidOmmers],
        ["UncleParentIsNotAncestor"] = [BlockError.InvalidOmmers],
        ["UncleTooOld"] = [BlockError.InvalidOmmers],
        ["UnknownParent"] = [BlockError.UnknownParent],
    };

    /// <summary>Whether the reason is one that the test allows. A name that is not known allows none: it belongs into a table here.</summary>
    /// <param name="expected">One or more names, separated by <c>|</c>, or <see cref="Unnamed"/>, which allows any.</param>
    /// <param name="block">Null when it could not be decoded.</param>
    public static bool Match(string expected, BlockVerdict verdict, Block? block) =>
        expected == Unnamed || expected.Split('|').Any(name => MatchOne(name, verdict, block));

    private static bool MatchOne(string name, BlockVerdict verdict, Block? block)
    {
        if (name.StartsWith(OfTransaction, StringComparison.Ordinal)) return MatchTransaction(name, verdict, block);
        // The older generator left transactions that it knew to be refused out of the root.
        if (name.StartsWith(OfOldTransaction, StringComparison.Ordinal)) return verdict.Error is BlockError.InvalidTransaction or BlockError.InvalidTransactionsRoot;
        if (ByOldName.TryGetValue(name, out BlockError[]? old))
        {
            return old.Contains(verdict.Error) || (verdict.Error == BlockError.InvalidOmmers && block is { Body.Ommers.Count: > 0 });
        }

        return name.StartsWith(OfBlock, StringComparison.Ordinal)
            && ByName.TryGetValue(name[OfBlock.Length..], out BlockError[]? errors) && errors.Contains(verdict.Error);
    }

    private static bool MatchTransaction(string name, BlockVerdict verdict, Block? block)
    {
        if (block is null) return true; // a transaction that cannot even be decoded
        // A header that states so many blobs is refused before its transactions are looked at.
        if (verdict.Error == BlockError.InvalidBlobGas) return name.EndsWith("_MAX_BLOB_GAS_ALLOWANCE_EXCEEDED", StringComparison.Ordinal);
        if (verdict.Error != BlockError.InvalidTransaction) return false;
        return verdict.Cause is not TxError error || block.Transactions.Select(t => t.Type).Distinct().Any(type => TxErrorNames.Match(name, error, type));
    }
}
