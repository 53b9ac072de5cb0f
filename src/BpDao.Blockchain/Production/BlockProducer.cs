using BpDao.Blockchain.Rules;
using BpDao.Consensus;
using BpDao.Core;
using BpDao.Evm;
using BpDao.State;
using BpDao.TxPool;
using Microsoft.Extensions.Logging;

namespace BpDao.Blockchain;

/// <summary>Builds blocks in memory. What it built is remembered, so that nothing is executed twice.</summary>
public sealed class BlockProducer(
    BlockTree tree, StateStore states, BlockProcessor processor, ISpecProvider specs, IConsensusRules engine, ITxPool pool,
    ExecutedBlocks executedBlocks, ILogger<BlockProducer> logger) : IBlockProducer
{
    // Header, certificates and list prefixes: what a body's transactions leave of EIP-7934's limit.
    private const int SizeReserve = 16 * 1024;

    private readonly TxSelector _selector = new(pool, logger);

    /// <exception cref="InvalidOperationException">The parent is not committed, or its state is not kept any more: a bug of the caller.</exception>
    public BuiltBlock Build(BlockHeader parent, PayloadAttributes attributes, CancellationToken cancellationToken)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.Build);
        using StateView state = states.OpenView(parent.StateRoot)
            ?? throw new InvalidOperationException($"There is no state of block {parent.Number} {parent.Hash} to build on.");
        BlockHeader header = HeaderOf(parent, attributes);
        BlockExecution execution = processor.Begin(
            header, new WorldState(state), new AncestorHashes(tree, parent), diff => StateStore.Compute(state, diff).Root);

        List<Transaction> transactions = [];
        foreach (Transaction tx in attributes.LeadingTransactions)
        {
            if (Refusal(execution, tx) is { } refusal)
            {
                return new BuiltBlock(new(BlockError.InvalidTransaction, $"leading transaction {transactions.Count}: {refusal}"), null, []);
            }

            transactions.Add(tx);
        }

        if (attributes.IncludePool)
        {
            long sizeLeft = BodyValidator.MaxBlockSize - SizeReserve - transactions.Sum(t => (long)TransactionCodec.Encode(t).Length);
            transactions.AddRange(_selector.Fill(execution, header.BaseFeePerGas ?? default, sizeLeft, cancellationToken));
        }

        return Finish(header, transactions, attributes, execution, state);
    }

    private string? Refusal(BlockExecution execution, Transaction tx)
    {
        if (!processor.TryRecoverSender(tx)) return "invalid signature";
        TransactionResult result = execution.Execute(tx);
        return result.IsValid ? null : $"{result.Error}: {result.Detail}";
    }

    private BuiltBlock Finish(
        BlockHeader header, List<Transaction> transactions, PayloadAttributes attributes, BlockExecution execution, StateView state)
    {
        IReadOnlyList<Withdrawal>? withdrawals = header.WithdrawalsRoot is null ? null : attributes.Withdrawals;
        BlockBody body = new(transactions, [], withdrawals);
        BlockVerdict verdict = execution.Finish(withdrawals ?? [], engine.Rewards(new Block(header, body)), out ProcessedBlock? processed);
        if (!verdict.IsValid) return new BuiltBlock(verdict, null, []);

        StateChange change = StateStore.Compute(state, processed!.Diff);
        BlockHeader sealedHeader = header with
        {
            StateRoot = change.Root,
            TransactionsRoot = BodyRoots.OfTransactions(transactions),
            ReceiptsRoot = BodyRoots.OfReceipts(processed.Receipts),
            WithdrawalsRoot = withdrawals is null ? null : BodyRoots.OfWithdrawals(withdrawals),
            LogsBloom = processed.Bloom,
            GasUsed = processed.GasUsed,
            BlobGasUsed = header.BlobGasUsed is null ? null : processed.BlobGasUsed,
            RequestsHash = processed.RequestsHash,
        };
        Block block = new(sealedHeader, body);
        executedBlocks.Put(new ExecutedBlock(block, processed, change, Judged: false));
        return new BuiltBlock(BlockVerdict.Valid, block, processed.Receipts);
    }

    /// <summary>What code can see of the header; the rest follows from execution.</summary>
    private BlockHeader HeaderOf(BlockHeader parent, PayloadAttributes attributes)
    {
        ulong number = parent.Number + 1;
        IReleaseSpec spec = specs.GetSpec(number, attributes.Timestamp);
        return new BlockHeader
        {
            ParentHash = parent.Hash,
            Number = number,
            Timestamp = attributes.Timestamp,
            Beneficiary = attributes.Beneficiary,
            GasLimit = attributes.GasLimit,
            ExtraData = attributes.ExtraData,
            MixHash = attributes.MixHash,
            BaseFeePerGas = BaseFee.Next(parent, spec),
            WithdrawalsRoot = spec.IsShanghai ? Account.EmptyTrieRoot : null,
            BlobGasUsed = spec.IsCancun ? 0 : null,
            ExcessBlobGas = spec.IsCancun ? BlobGasRule.NextExcess(parent, spec) : null,
            ParentBeaconBlockRoot = spec.IsCancun ? attributes.ParentBeaconBlockRoot : null,
        };
    }
}
