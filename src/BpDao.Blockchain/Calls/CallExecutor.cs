using BpDao.Core;
using BpDao.Evm;
using BpDao.Evm.Tracing;
using BpDao.State;

namespace BpDao.Blockchain;

/// <summary>Where a simulated call runs: after a block, with whatever the caller wants to be otherwise.</summary>
/// <param name="Block">Its header is the context, its state the state.</param>
public sealed record CallSite(
    BlockHeader Block, IReadOnlyDictionary<Address, AccountOverride>? Accounts = null, BlockOverrides? Overrides = null);

/// <summary>Runs calls that change nothing: <c>eth_call</c> and what is built on it.</summary>
public sealed class CallExecutor(BlockTree tree, StateStore states, ISpecProvider specs, TransactionProcessor evm)
{
    /// <summary>Executes a message as a transaction that pays no fees and whose nonce and signature nobody looks at.</summary>
    /// <param name="message">Its sender is <see cref="Transaction.Sender"/>, the zero address without one.</param>
    /// <returns>Null when the state of that block is not kept.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled before an execution began.</exception>
    public TransactionResult? Call(Transaction message, CallSite site, ITxTracer? tracer = null, CancellationToken cancellation = default)
    {
        using CallRun? run = Open(site, cancellation);
        return run?.Execute(message, tracer);
    }

    /// <summary>For several calls on the same state; null when it is not kept.</summary>
    internal CallRun? Open(CallSite site, CancellationToken cancellation = default)
    {
        if (states.OpenView(site.Block.StateRoot) is not { } state) return null;
        BlockContext context = BlockContext.Of(site.Block, specs.ChainId, new AncestorHashes(tree, site.Block));
        if (site.Overrides is { } wanted)
        {
            context = context with
            {
                Number = wanted.Number ?? context.Number,
                Timestamp = wanted.Timestamp ?? context.Timestamp,
                GasLimit = wanted.GasLimit ?? context.GasLimit,
                Coinbase = wanted.Coinbase ?? context.Coinbase,
                PrevRandao = wanted.PrevRandao ?? context.PrevRandao,
                BaseFee = wanted.BaseFee ?? context.BaseFee,
            };
        }

        // By the whole header: on chains that merged by total difficulty, number and time alone do not tell a block after Paris.
        IReleaseSpec spec = specs.GetSpec(site.Block with { Number = context.Number, Timestamp = context.Timestamp });
        return new CallRun(state, site.Accounts, context, spec, evm, cancellation);
    }
}

/// <summary>A state that is open for calls.</summary>
internal sealed class CallRun(
    StateView state, IReadOnlyDictionary<Address, AccountOverride>? overrides, BlockContext context, IReleaseSpec spec, TransactionProcessor evm,
    CancellationToken cancellation) : IDisposable
{
    public BlockContext Context => context;

    public IReleaseSpec Spec => spec;

    public IStateView State { get; } = overrides is null ? state : new OverriddenState(state, overrides);

    /// <summary>Executes on a fresh world: no call sees what another did.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before.</exception>
    public TransactionResult Execute(Transaction message, ITxTracer? tracer = null)
    {
        message.Sender ??= Address.Zero;
        // Not within: a look at every jump made the loop a sixth slower, for blocks, too. One execution is bounded by its gas.
        cancellation.ThrowIfCancellationRequested();
        return evm.Execute(message, context, spec, new WorldState(State), tracer, ExecutionOptions.Call);
    }

    public void Dispose() => state.Dispose();
}
