namespace BpDao.TxPool;

/// <summary>What the pool made of a transaction. Zero is success.</summary>
public enum AcceptTxCode : byte
{
    Accepted,

    /// <summary>In the pool already.</summary>
    AlreadyKnown,

    /// <summary>Breaks a rule that no later block can mend.</summary>
    Invalid,

    TooLarge,

    /// <summary>The fork has no such type, or the chain refuses it: blobs on PoR chains (protocol rule 2.2).</summary>
    NotSupportedTxType,

    WrongChainId,

    GasLimitExceeded,

    IntrinsicGasTooLow,

    /// <summary>Below what any block can charge, or what this node asks for.</summary>
    FeeTooLow,

    /// <summary>The protocol's own sender (protocol rule 2.4).</summary>
    SystemSender,

    /// <summary>EIP-3607.</summary>
    SenderIsContract,

    OldNonce,

    NonceTooFarInFuture,

    InsufficientFunds,

    /// <summary>Another transaction with that nonce is here, and this one does not pay 10 % more on both fees.</summary>
    ReplacementUnderpriced,

    /// <summary>An account whose balance others may spend has a transaction here already (EIP-7702).</summary>
    DelegatedInFlightLimit,

    /// <summary>EIP-7702: an authority has more transactions here than a delegation leaves safe.</summary>
    AuthorityReserved,

    /// <summary>The pool is full of better ones.</summary>
    FeeTooLowToCompete,

    /// <summary>The pool is full, and this one could not be executed next anyway.</summary>
    PoolFull,
}

/// <summary>Why a transaction was or was not taken. A user or a peer can cause any of these, so none is an exception.</summary>
/// <param name="Message">The words that wallets know from go-ethereum, then the figures. Null when accepted.</param>
public readonly record struct AcceptTxResult(AcceptTxCode Code, string? Message = null)
{
    public static AcceptTxResult Accepted => default;

    public bool IsAccepted => Code == AcceptTxCode.Accepted;

    public override string ToString() => Message ?? Code.ToString();
}
