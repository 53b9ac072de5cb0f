namespace BpDao.JsonRpc;

/// <summary>The methods of one namespace, e.g. <c>eth</c>. A node enables modules by namespace.</summary>
public interface IRpcModule
{
    /// <summary>What stands before the underscore.</summary>
    string Namespace { get; }

    IReadOnlyList<RpcMethod> Methods { get; }
}

/// <summary>One method: a table entry, found by name, with its arity checked before it runs.</summary>
/// <param name="Name">The whole name, e.g. <c>eth_call</c>.</param>
/// <param name="Required">Positional parameters that must be there.</param>
/// <param name="Maximum">Positional parameters that may be there.</param>
/// <param name="Handler">Runs synchronously on a pool thread and must not throw for anything a caller can send.</param>
public sealed record RpcMethod(string Name, int Required, int Maximum, Func<RpcCall, RpcResult> Handler);

/// <summary>One call of a method.</summary>
/// <param name="Parameters">Positional parameters.</param>
/// <param name="Connection">What notifications can be pushed to; null over HTTP.</param>
/// <param name="Deadline">For code that the call executes; shared with the other calls of its batch.</param>
/// <param name="Cancellation">The client left, or the node stops.</param>
public sealed record RpcCall(RpcParameters Parameters, IRpcConnection? Connection, ExecutionDeadline Deadline, CancellationToken Cancellation);

/// <summary>A connection that outlives a request: subscriptions belong to one and die with it.</summary>
public interface IRpcConnection
{
    /// <summary>Takes a subscription in. Its notifications go out after the answer to the request that made it.
    /// False when the connection has as many as it may.</summary>
    bool TryAdd(IRpcSubscription subscription);

    /// <summary>Ends a subscription of this connection; false when it has none of that id.</summary>
    bool Remove(string subscriptionId);

    /// <summary>Queues one notification; a connection whose queue is full is closed, so that a slow reader cannot hold memory.</summary>
    void Send(ReadOnlyMemory<byte> message);
}

/// <summary>Something that sends to a connection until it is disposed.</summary>
public interface IRpcSubscription : IDisposable
{
    string Id { get; }

    /// <summary>The answer with the id is on its way: notifications may follow.</summary>
    void Start();
}
