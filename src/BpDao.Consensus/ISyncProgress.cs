namespace BpDao.Consensus;

/// <summary>How far this node is behind its peers. The engine leaves committing to the download while it is far behind, and RPC shows it.</summary>
public interface ISyncProgress
{
    /// <summary>Blocks that peers have proven are being downloaded and committed, more than an engine would ask for one by one; or a node at genesis is to fetch
    /// a state, which it cannot once a block is committed. Only the latter a peer can cause by a claim alone, until it fails to prove that, once in a session.</summary>
    bool IsFarBehind { get; }

    /// <summary>Null when nothing is being downloaded.</summary>
    SyncStatus? Status { get; }

    /// <summary><see cref="IsFarBehind"/> became false.</summary>
    event Action? CaughtUp;
}

/// <summary>Numbers of blocks, as <c>eth_syncing</c> shows them.</summary>
/// <param name="Starting">The head when the download began.</param>
/// <param name="Current">The head now.</param>
/// <param name="Highest">The highest that a peer claims.</param>
public readonly record struct SyncStatus(ulong Starting, ulong Current, ulong Highest);
