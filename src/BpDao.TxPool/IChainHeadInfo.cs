using BpDao.Core;

namespace BpDao.TxPool;

/// <summary>The chain as the pool sees it. Safe for many threads.</summary>
public interface IChainHeadInfo
{
    ulong ChainId { get; }

    ChainHead Head { get; }

    /// <summary>The account in the state of the head; false when it does not exist.</summary>
    bool TryGetAccount(in Address address, out Account account);

    /// <summary>Code of an account of the head.</summary>
    ReadOnlyMemory<byte> GetCode(in Hash256 codeHash);

    /// <summary>Raised in order, after <see cref="Head"/> and the accounts moved.</summary>
    event Action<ChainHeadChange> HeadChanged;
}

/// <summary>The head, and what the block after it will be measured by.</summary>
/// <param name="NextBaseFee">In wei; zero before London.</param>
/// <param name="LeastBaseFee">In wei: no later block can charge less.</param>
public sealed record ChainHead(BlockHeader Header, IReleaseSpec NextSpec, UInt256 NextBaseFee, UInt256 LeastBaseFee, ulong NextGasLimit);

/// <summary>From one head to the next.</summary>
/// <param name="Added">Blocks that are canonical now, oldest first.</param>
/// <param name="Removed">Blocks that are canonical no more, oldest first; empty but for a reorganisation.</param>
/// <param name="ChangedAccounts">Every account that differs; null when that is not known.</param>
public sealed record ChainHeadChange(
    ChainHead Head, IReadOnlyList<Block> Added, IReadOnlyList<Block> Removed, IReadOnlyCollection<Address>? ChangedAccounts);
