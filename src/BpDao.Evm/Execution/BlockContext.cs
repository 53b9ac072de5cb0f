using BpDao.Core;

namespace BpDao.Evm;

/// <summary>What code can learn about the block it runs in. One instance a block; immutable.</summary>
public sealed record BlockContext
{
    public required ulong ChainId { get; init; }

    public required ulong Number { get; init; }

    /// <summary>Unix seconds.</summary>
    public required ulong Timestamp { get; init; }

    /// <summary>Who receives the tips: COINBASE.</summary>
    public required Address Coinbase { get; init; }

    public required ulong GasLimit { get; init; }

    /// <summary>In wei; zero before London.</summary>
    public UInt256 BaseFee { get; init; }

    /// <summary>DIFFICULTY before Paris.</summary>
    public UInt256 Difficulty { get; init; }

    /// <summary>PREVRANDAO from Paris on (EIP-4399).</summary>
    public Hash256 PrevRandao { get; init; }

    /// <summary>EIP-4844; zero before Cancun.</summary>
    public ulong ExcessBlobGas { get; init; }

    /// <summary>Hashes of the ancestors for BLOCKHASH.</summary>
    public required IBlockHashProvider BlockHashes { get; init; }

    /// <summary>The context that a block with this header gives.</summary>
    public static BlockContext Of(BlockHeader header, ulong chainId, IBlockHashProvider blockHashes) => new()
    {
        ChainId = chainId,
        Number = header.Number,
        Timestamp = header.Timestamp,
        Coinbase = header.Beneficiary,
        GasLimit = header.GasLimit,
        BaseFee = header.BaseFeePerGas ?? UInt256.Zero,
        Difficulty = header.Difficulty,
        PrevRandao = header.MixHash,
        ExcessBlobGas = header.ExcessBlobGas ?? 0,
        BlockHashes = blockHashes,
    };
}

/// <summary>Answers BLOCKHASH.</summary>
public interface IBlockHashProvider
{
    /// <summary>The hash of the ancestor with that number; asked only for the 256 blocks before the running one.
    /// Zero when that ancestor is not known, as for blocks before genesis.</summary>
    Hash256 GetBlockHash(ulong number);
}

/// <summary>Knows no ancestor.</summary>
public sealed class NoBlockHashes : IBlockHashProvider
{
    public static NoBlockHashes Instance { get; } = new();

    public Hash256 GetBlockHash(ulong number) => Hash256.Zero;
}
