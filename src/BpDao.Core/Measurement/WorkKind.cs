namespace BpDao.Core;

/// <summary>What a thread works on, for those who ask where a node's processor time goes (<see cref="WorkClock"/>).</summary>
public enum WorkKind
{
    /// <summary>Nothing below: sockets, HTTP, timers, the thread pool.</summary>
    Other,

    /// <summary>Reading JSON-RPC requests, answering them and writing the answers; not HTTP itself.</summary>
    Rpc,

    /// <summary>Recovering who signed a transaction; counted once for each.</summary>
    Senders,

    /// <summary>Taking transactions into the pool, choosing from it, and following the chain.</summary>
    Pool,

    /// <summary>Reading what peers say in eth.</summary>
    GossipReceived,

    /// <summary>Passing transactions on and answering questions about them.</summary>
    GossipSent,

    /// <summary>Compressing, encrypting and authenticating what goes over wires, and back.</summary>
    Wire,

    /// <summary>Reading, checking and sending consensus messages.</summary>
    Consensus,

    /// <summary>Choosing and executing the transactions of an own proposal.</summary>
    Build,

    /// <summary>Checking and executing blocks of others, reading ahead included.</summary>
    Judge,

    /// <summary>State root, transactions root, receipts root.</summary>
    Roots,

    /// <summary>Turning a final block into rows, and telling whoever follows the chain.</summary>
    Commit,

    /// <summary>Writing those rows, on the thread that waits for the disk.</summary>
    Database,
}
