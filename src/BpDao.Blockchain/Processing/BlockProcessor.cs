using BpDao.Consensus;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Evm;
using BpDao.Evm.Tracing;
using BpDao.State;

namespace BpDao.Blockchain;

/// <summary>Executes whole blocks on their parent's state. Stores nothing.</summary>
public sealed class BlockProcessor(ISpecProvider specs, TransactionProcessor evm, EthereumEcdsa ecdsa, IConsensusRules engine)
{
    private readonly SenderRecovery _senders = new(ecdsa);

    /// <summary>Executes all of the block.</summary>
    /// <param name="tracerOf">The tracer of the transaction at an index; null for none.</param>
    /// <param name="rootOf">State root of the parent with a diff; asked only before Byzantium.</param>
    /// <param name="prefetch">Of the parent's state, to read ahead of execution; null leaves that out and changes nothing else.</param>
    public BlockVerdict Process(
        Block block, IStateView parentState, IBlockHashProvider ancestors, Func<StateDiff, Hash256> rootOf, Func<int, ITxTracer?>? tracerOf,
        StatePrefetch? prefetch, CancellationToken cancellationToken, out ProcessedBlock? processed)
    {
        processed = null;
        IReleaseSpec spec = specs.GetSpec(block.Header);
        if (_senders.FirstUnsigned(block.Transactions, spec) is var unsigned and >= 0)
        {
            return new(BlockError.InvalidTransaction, $"transaction {unsigned}: invalid signature");
        }

        using ReadAhead? ahead = ReadAhead.Begin(
            block, parentState, prefetch, BlockContext.Of(block.Header, specs.ChainId, NoBlockHashes.Instance), spec, evm);
        BlockExecution execution = Begin(block.Header, new WorldState(parentState), ancestors, rootOf);
        for (int i = 0; i < block.Transactions.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ahead?.Reached(i);
            TransactionResult result = execution.Execute(block.Transactions[i], tracerOf?.Invoke(i));
            if (!result.IsValid) return new(BlockError.InvalidTransaction, $"transaction {i}: {result.Error}: {result.Detail}") { Cause = result.Error };
        }

        return execution.Finish(block.Body.Withdrawals ?? [], engine.Rewards(block), out processed);
    }

    /// <summary>A block's execution after its first system calls, for whoever chooses the transactions himself.</summary>
    internal BlockExecution Begin(BlockHeader header, WorldState world, IBlockHashProvider ancestors, Func<StateDiff, Hash256> rootOf)
    {
        if (specs.DaoBlock == header.Number) DaoFork.MoveEther(world, specs.GetSpec(header));
        BlockExecution execution = new(header, specs.GetSpec(header), specs.ChainId, world, ancestors, evm, rootOf);
        execution.Begin();
        return execution;
    }

    /// <summary>Finds the senders before anybody asks for them one by one. What nobody can have signed is found again, and judged, where it matters.</summary>
    internal void RecoverSenders(Block block) => _senders.FirstUnsigned(block.Transactions, specs.GetSpec(block.Header));

    internal bool TryRecoverSender(Transaction tx) => ecdsa.TryRecoverSender(tx, out _);
}
