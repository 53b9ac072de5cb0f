namespace BpDao.Consensus;

/// <summary>Why a block was refused. Zero is success, so <c>default</c> never reads as a fault by accident.</summary>
public enum BlockError : byte
{
    None,

    // Not faults of the block: it may be valid later, or elsewhere.
    UnknownParent,
    ParentStateMissing,
    TimestampTooFarAhead,
    AlreadyKnown,

    /// <summary>On a branch that leaves the chain before a final block.</summary>
    BehindFinality,

    // Header, alone and against its parent.
    MalformedBlock,
    InvalidParentHash,
    InvalidNumber,
    InvalidTimestamp,
    InvalidGasLimit,
    InvalidBaseFee,
    InvalidDifficulty,
    InvalidNonce,
    InvalidExtraData,
    InvalidBeneficiary,
    InvalidBlobGas,
    InvalidForkFields,
    GasUsedOverLimit,

    // Body against header.
    InvalidTransactionsRoot,
    InvalidWithdrawalsRoot,
    InvalidOmmers,
    BlockTooLarge,

    // Execution.
    InvalidTransaction,
    InvalidGasUsed,
    InvalidLogsBloom,
    InvalidReceiptsRoot,
    InvalidStateRoot,
    InvalidRequestsHash,
    SystemCallFailed,

    // Proof of Reputation, protocol section 2 and rules 3.1, 8.1, 8.2.
    InvalidPayload,
    InvalidPayloadHash,
    InvalidParentCertificate,
    InvalidTimeoutCertificate,
    InvalidPayloadItem,
    InvalidEpochRecord,
    InvalidProducer,
    InvalidReveal,
    InvalidMix,
    InvalidWithdrawals,
    InvalidSystemTransaction,
    ExtraSystemTransaction,
    SystemTransactionFailed,
    InvalidCertificate,
}

/// <summary>What became of a block. A peer can make any of these happen, so none of them is an exception.</summary>
/// <param name="Error">The first rule that was broken.</param>
/// <param name="Detail">For people: what was found and what was expected.</param>
public readonly record struct BlockVerdict(BlockError Error, string? Detail = null)
{
    public static BlockVerdict Valid => default;

    /// <summary>The finer reason, in the words of the part that found it: for an invalid transaction the EVM's error, where it was that.</summary>
    public Enum? Cause { get; init; }

    public bool IsValid => Error == BlockError.None;

    /// <summary>The block may become acceptable without changing: nothing may be held against it.</summary>
    public bool IsTransient => Error is BlockError.UnknownParent or BlockError.ParentStateMissing or BlockError.TimestampTooFarAhead
        or BlockError.AlreadyKnown;

    public override string ToString() => Detail is null ? Error.ToString() : $"{Error}: {Detail}";
}
