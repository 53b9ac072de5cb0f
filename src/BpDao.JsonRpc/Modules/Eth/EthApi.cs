using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Core;
using BpDao.State;
using BpDao.TxPool;

namespace BpDao.JsonRpc;

/// <summary>Limits of the <c>eth</c> namespace.</summary>
public sealed record EthApiOptions
{
    /// <summary>Most gas of calls and estimates.</summary>
    public required ulong GasCap { get; init; }

    /// <summary>Least tip the pool asks for, in wei per gas.</summary>
    public required UInt256 MinTip { get; init; }

    public required int MaxFilters { get; init; }

    public required TimeSpan FilterTimeout { get; init; }

    /// <summary>Blocks that one search for logs may span.</summary>
    public required ulong MaxLogBlocks { get; init; }

    /// <summary>Logs that one search may find.</summary>
    public required int MaxLogs { get; init; }

    /// <summary>In bytes: a search for logs ends where its answer would be longer.</summary>
    public required int MaxResponseBytes { get; init; }
}

/// <summary>The whole <c>eth</c> namespace over one chain and one pool.</summary>
public sealed class EthApi
{
    private readonly SubscriptionFeed _feed = new();
    private readonly PollingFilters _filters;

    public EthApi(
        BlockTree tree, StateStore states, ISpecProvider specs, IChainHeadInfo headInfo, SenderRecovery senders, ITxPool pool, CallExecutor calls,
        EthApiOptions options, TimeProvider time, ISyncProgress? sync = null)
    {
        ChainQuestions questions = new(tree, states, specs, headInfo, senders, time);
        _filters = new PollingFilters(time, options.MaxFilters, options.FilterTimeout);
        tree.Updated += _feed.OnChainUpdated;
        pool.Added += OnPendingTransaction;
        Modules =
        [
            new EthBlockModule(questions, new PendingBlock(questions, pool), sync),
            new EthStateModule(questions, pool),
            new EthTransactionModule(questions, pool),
            new EthExecutionModule(questions, calls, options.GasCap),
            new EthFeeModule(questions, new FeeHistory(questions), options.MinTip),
            new EthLogModule(questions, new LogFinder(tree), _filters, options.MaxLogBlocks, options.MaxLogs, options.MaxResponseBytes),
            new EthSubscriptionModule(_feed),
        ];
    }

    public IReadOnlyList<IRpcModule> Modules { get; }

    /// <summary>Sends notifications until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => _feed.RunAsync(cancellation);

    private void OnPendingTransaction(Transaction tx)
    {
        _filters.OnPendingTransaction(tx);
        _feed.OnPendingTransaction(tx);
    }
}
