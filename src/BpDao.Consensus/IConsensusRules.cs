using BpDao.Core;

namespace BpDao.Consensus;

/// <summary>What an engine adds to the validity of a block. Judges by the block, its parent and the parent's state alone, so every
/// node comes to the same answer.</summary>
public interface IConsensusRules
{
    /// <summary>Rules on a header and its parent, cheap ones first.</summary>
    IReadOnlyList<IHeaderRule> HeaderRules { get; }

    /// <summary>These blocks will be judged soon: checks that are dear and need nothing but the block may be made ahead, on all processors.
    /// Says nothing; a fault is found again when the block is judged.</summary>
    void Anticipate(IReadOnlyList<Block> blocks)
    {
    }

    /// <summary>Rules on the whole block before it is executed.</summary>
    BlockVerdict ValidateBeforeExecution(Block block, BlockHeader parent, IContractCaller parentState);

    /// <summary>Rules on what execution gave: the protocol's own transaction did what it must.</summary>
    BlockVerdict ValidateAfterExecution(Block block, IReadOnlyList<Receipt> receipts);

    /// <summary>Whether <paramref name="certificate"/> makes this block final. Checked where a block comes from another node as final. Who must have signed
    /// it is said by the state before it, never by the block: keys of the past are bound by nothing.</summary>
    /// <param name="parent">Decided here, and of the height before.</param>
    BlockVerdict ValidateCertificate(BlockHeader header, ReadOnlySpan<byte> certificate, BlockHeader parent, IContractCaller parentState);

    /// <summary>The same for any block of a height that is decided here: who did is remembered.</summary>
    BlockVerdict ValidateCertificate(BlockHeader header, ReadOnlySpan<byte> certificate);

    /// <summary>What the engine must remember of a block that is being committed; written in the block's own batch.</summary>
    IReadOnlyList<EngineRecord> RecordsOf(Block block, BlockHeader parent, IContractCaller parentState, IReadOnlyList<Receipt> receipts);

    /// <summary>Coins paid outside of transactions (ommers and miners before Paris); empty for PoR, whose new coins are withdrawals.</summary>
    IReadOnlyList<BlockReward> Rewards(Block block);

    IForkChoice ForkChoice { get; }

    /// <summary>How the chain is followed without executing it; null for engines whose blocks are not final.</summary>
    ILightConsensus? Light => null;
}

/// <summary>One named rule on a header and its parent.</summary>
public interface IHeaderRule
{
    BlockVerdict Validate(BlockHeader header, BlockHeader parent);
}

/// <summary>Which of two heads to follow. Total difficulties are zero after Paris and on PoR chains.</summary>
public interface IForkChoice
{
    /// <summary>True when <paramref name="candidate"/> replaces <paramref name="head"/>.</summary>
    bool Prefers(BlockHeader candidate, UInt256 candidateTotalDifficulty, BlockHeader head, UInt256 headTotalDifficulty);
}

/// <summary>Coins credited to an account by the protocol.</summary>
public readonly record struct BlockReward(Address Recipient, UInt256 Amount);

/// <summary>A key and a value of the engine's own column.</summary>
public readonly record struct EngineRecord(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value);

/// <summary>The engine's own column, as of the committed head.</summary>
public interface IEngineRecords
{
    /// <summary>Null when the key was never written.</summary>
    byte[]? Get(ReadOnlySpan<byte> key);
}
