namespace BpDao.Core;

/// <summary>The rules in force in one block, one switch an EIP. Made once for each fork, compared by reference.</summary>
public interface IReleaseSpec
{
    /// <summary>The newest fork in force.</summary>
    Fork Fork { get; }

    /// <summary>Homestead: EIP-2, DELEGATECALL (EIP-7).</summary>
    bool IsHomestead => Fork >= Fork.Homestead;

    /// <summary>EIP-150: gas of calls, the 63/64 rule.</summary>
    bool IsEip150 => Fork >= Fork.TangerineWhistle;

    /// <summary>EIP-155, 160, 161, 170.</summary>
    bool IsEip158 => Fork >= Fork.SpuriousDragon;

    bool IsByzantium => Fork >= Fork.Byzantium;

    bool IsConstantinople => Fork >= Fork.Constantinople;

    /// <summary>EIP-1283 in Constantinople only; EIP-2200 from Istanbul.</summary>
    bool IsEip1283 => Fork == Fork.Constantinople;

    bool IsIstanbul => Fork >= Fork.Istanbul;

    /// <summary>EIP-2929, 2930.</summary>
    bool IsBerlin => Fork >= Fork.Berlin;

    /// <summary>EIP-1559, 3198, 3529, 3541.</summary>
    bool IsLondon => Fork >= Fork.London;

    /// <summary>EIP-3675, 4399.</summary>
    bool IsParis => Fork >= Fork.Paris;

    /// <summary>EIP-3651, 3855, 3860, 4895.</summary>
    bool IsShanghai => Fork >= Fork.Shanghai;

    /// <summary>EIP-1153, 4788, 4844, 5656, 6780, 7516.</summary>
    bool IsCancun => Fork >= Fork.Cancun;

    /// <summary>EIP-2537, 2935, 7623, 7702 and, where the network has them, requests.</summary>
    bool IsPrague => Fork >= Fork.Prague;

    /// <summary>EIP-7823, 7825, 7883, 7918, 7934, 7939, 7951.</summary>
    bool IsOsaka => Fork >= Fork.Osaka;

    /// <summary>EIP-7840: target and maximum of blobs in a block and the divisor of their fee.</summary>
    BlobSchedule Blobs { get; }

    /// <summary>EIP-6110, 7002, 7251: deposits, withdrawals and consolidations as requests. Off on PoR chains (protocol rule 2.2).</summary>
    bool HasExecutionRequests { get; }

    /// <summary>EIP-6110: whose logs are deposits.</summary>
    Address DepositContract { get; }

    /// <summary>Who is credited with the base fee; null burns it (EIP-1559). PoR chains: the validation pool (protocol rule 2.3).</summary>
    Address? BaseFeeRecipient { get; }

    /// <summary>The sender of the protocol's own transaction (protocol rule 2.4): exempt from the base fee check, and EIP-7702
    /// authorizations it signs are skipped. Null where the protocol has no such sender.</summary>
    Address? SystemSender { get; }
}

/// <summary>EIP-7840.</summary>
public readonly record struct BlobSchedule(ulong Target, ulong Max, ulong BaseFeeUpdateFraction);

/// <summary>Which rules hold where.</summary>
public interface ISpecProvider
{
    ulong ChainId { get; }

    /// <summary>Of a block that is not there yet.</summary>
    IReleaseSpec GetSpec(ulong blockNumber, ulong timestamp);

    /// <summary>Of a block that is there: on a network that merged at a total difficulty, only the block itself tells on which side it is.</summary>
    IReleaseSpec GetSpec(BlockHeader header) => GetSpec(header.Number, header.Timestamp);

    /// <summary>EIP-779: the block whose beginning empties the DAO's accounts; null where that never happens.</summary>
    ulong? DaoBlock => null;

    /// <summary>EIP-3675: blocks whose parent's chain has this total difficulty are without work; null where Paris has a block of its own.</summary>
    UInt256? TerminalTotalDifficulty => null;
}
