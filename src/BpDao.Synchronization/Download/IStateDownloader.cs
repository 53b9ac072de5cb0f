using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>Fetches the state of one block from peers, whatever the wire is that it comes over.</summary>
public interface IStateDownloader
{
    /// <summary>Fetches and checks the whole state of <paramref name="pivot"/>: accounts, slots, code, and the trie over them, down to the header's state
    /// root. What was fetched for an earlier pivot, before a restart too, is kept and mended.</summary>
    /// <param name="pivot">Known to be final: its header was proven by a commit certificate.</param>
    /// <returns>When <see cref="StateDownload.Complete"/>, everything but the state's head is on disk. The chain moves that together with its own
    /// head (<c>StateStore.Adopt</c>), so that a crash leaves either the old chain or the new one.</returns>
    Task<StateDownload> DownloadAsync(BlockHeader pivot, CancellationToken cancellationToken);
}

/// <summary>How fetching a state ended.</summary>
public enum StateDownload
{
    Complete,

    /// <summary>No peer serves that root any more: a later pivot is needed, and what is here will be mended for it.</summary>
    PivotGone,
}
