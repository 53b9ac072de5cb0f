using BpDao.Core;
using BpDao.Evm.Tracing;

namespace BpDao.Evm;

/// <summary>Executes transactions and calls on a <see cref="WorldState"/>. One serves a whole node: it is thread-safe as long as
/// each thread brings its own world, and it keeps prepared code and frames for the next execution.</summary>
public sealed class TransactionProcessor
{
    /// <summary>Executes a transaction and commits it to <paramref name="world"/>, or refuses it and leaves the world as it was.</summary>
    /// <param name="tx">With its <see cref="Transaction.Sender"/> known.</param>
    /// <param name="tracer">Null: none.</param>
    /// <remarks>Whether the block has gas left for the transaction is for its caller to check; here only the limit of an empty block counts.</remarks>
    public TransactionResult Execute(
        Transaction tx, BlockContext block, IReleaseSpec spec, WorldState world, ITxTracer? tracer = null, ExecutionOptions options = ExecutionOptions.None)
        => throw new NotSupportedException();

    /// <summary>Makes a message call and leaves its changes in the running transaction of <paramref name="world"/>, to be committed or
    /// restored by the caller; a failed call has undone its own.</summary>
    public CallResult Call(in CallRequest request, BlockContext block, IReleaseSpec spec, WorldState world, ITxTracer? tracer = null)
        => throw new NotSupportedException();

    /// <summary>Makes a message call and undoes whatever it did: for reading contracts.</summary>
    public CallResult ReadOnlyCall(in CallRequest request, BlockContext block, IReleaseSpec spec, WorldState world, ITxTracer? tracer = null)
        => throw new NotSupportedException();

    /// <summary>Makes a call of the protocol from <see cref="ForkSystemCalls.Caller"/> and commits it. Where no code is, nothing happens and it succeeds (EIP-4788).</summary>
    public CallResult ExecuteSystemCall(
        in Address to, ReadOnlyMemory<byte> input, BlockContext block, IReleaseSpec spec, WorldState world, ITxTracer? tracer = null)
        => throw new NotSupportedException();
}
