using BpDao.Blockchain;
using BpDao.Core;
using BpDao.State;
using BpDao.TxPool;

namespace BpDao.JsonRpc;

/// <summary>Answers of the chain as methods need them: a parameter to a header, a header to a state, or the error that says why not.</summary>
internal sealed class ChainQuestions(
    BlockTree tree, StateStore states, ISpecProvider specs, IChainHeadInfo headInfo, SenderRecovery senders, TimeProvider time)
{
    public static readonly RpcError StateUnavailable = RpcError.Server("historical state is not available; it is kept for recent blocks only");

    public BlockTree Tree => tree;

    public ISpecProvider Specs => specs;

    /// <summary>What the next block will be measured by.</summary>
    public ChainHead Next => headInfo.Head;

    /// <summary>The block that a parameter names; <c>pending</c> names the head, whose state the next block begins with.</summary>
    public BlockHeader? Find(BlockParameter block) => block.Kind switch
    {
        BlockParameterKind.Number => tree.HeaderByNumber(block.Number),
        BlockParameterKind.Hash => FindByHash(block),
        _ => tree.Head,
    };

    public Block? FindBlock(BlockParameter block) => Find(block) is { } header ? tree.BlockByHash(header.Hash) : null;

    /// <summary>The state after the block that a parameter names; the caller disposes it.</summary>
    public RpcError? OpenState(BlockParameter block, out StateView state)
    {
        state = null!;
        if (Find(block) is not { } header) return NotFound(block);
        if (states.OpenView(header.StateRoot) is not { } opened) return StateUnavailable;
        state = opened;
        return null;
    }

    /// <summary>The transaction with its sender, which stored blocks do not hold.</summary>
    public Transaction WithSender(Transaction tx, BlockHeader header)
    {
        if (tx.Sender is null) senders.FirstUnsigned([tx], specs.GetSpec(header));
        return tx;
    }

    /// <summary>All of the block's transactions with their senders.</summary>
    public Block WithSenders(Block block)
    {
        senders.FirstUnsigned(block.Transactions, specs.GetSpec(block.Header));
        return block;
    }

    /// <summary>The header the block after the head would begin with, were it built now; its state is still the head's.</summary>
    public BlockHeader PendingHeader()
    {
        ChainHead next = Next;
        BlockHeader head = next.Header;
        return head with
        {
            ParentHash = head.Hash,
            Number = head.Number + 1,
            Timestamp = Math.Max(head.Timestamp + 1, (ulong)time.GetUtcNow().ToUnixTimeSeconds()),
            GasLimit = next.NextGasLimit,
            GasUsed = 0,
            BaseFeePerGas = head.BaseFeePerGas is null ? null : next.NextBaseFee,
        };
    }

    /// <summary>Why there is no block of that name here, where a method cannot do without.</summary>
    public RpcError NotFound(BlockParameter block) => Pruned(block)
        ?? RpcError.Server(block.Kind == BlockParameterKind.Hash ? $"header for hash {block.Hash} not found" : "header not found");

    /// <summary>What a question for a block is answered that is not here: null where no block has that name.</summary>
    public RpcResult Missing(BlockParameter block) => Pruned(block) is { } error ? error : RpcResult.Null;

    /// <summary>Null when no block of these was left out when the chain was begun at a pivot.</summary>
    public RpcError? Pruned(ulong from, ulong to) => to > 0 && tree.Earliest is var earliest && from < earliest ? RpcError.PrunedHistory(earliest) : null;

    private RpcError? Pruned(BlockParameter block) =>
        block.Kind == BlockParameterKind.Number && block.Number > 0 && block.Number <= tree.Head.Number ? Pruned(block.Number, block.Number) : null;

    private BlockHeader? FindByHash(BlockParameter block)
    {
        BlockHeader? header = tree.HeaderByHash(block.Hash);
        return header is not null && block.RequireCanonical && !tree.IsCanonical(header) ? null : header;
    }
}
