using BpDao.Blockchain;
using BpDao.Consensus;
using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization;

/// <summary>Where a download stands: for the engine, for RPC, for the log and for metrics. Thread-safe.</summary>
internal sealed class SyncProgress(BlockTree tree, PeerChoice peers, TimeProvider time, ILogger logger) : ISyncProgress
{
    // An engine asks for fewer than this one by one.
    private const ulong Far = 8;

    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(8);

    private readonly Lock _lock = new();
    private (ulong Starting, ulong LastLogged, DateTimeOffset LoggedAt)? _run;
    private int _inARow;
    private volatile bool _isFarBehind;
    private volatile bool _isHeld;

    public bool IsFarBehind => _isFarBehind || _isHeld;

    public event Action? CaughtUp;

    public SyncStatus? Status
    {
        get
        {
            lock (_lock)
            {
                if (_run is not { } run) return null;
                ulong current = tree.Head.Number;
                return new SyncStatus(run.Starting, current, Math.Max(current, peers.HighestTip));
            }
        }
    }

    public void Begin()
    {
        lock (_lock) _run = (tree.Head.Number, tree.Head.Number, time.GetUtcNow());
        logger.LogInformation("Synchronising from block {BlockNumber}, peers claim {Highest}", tree.Head.Number, peers.HighestTip);
    }

    /// <summary>A block of that number was proven by its certificate and is on its way to the disk.</summary>
    public void OnBlock(ulong number)
    {
        lock (_lock)
        {
            // How far it is, is claimed. So one block does not count, which may be the network's newest beside somebody who boasts.
            if (++_inARow > 1 && peers.HighestTip >= number + Far) _isFarBehind = true;
            DateTimeOffset now = time.GetUtcNow();
            if (_run is not { } r || now - r.LoggedAt < LogInterval) return;
            ulong head = tree.Head.Number;
            double seconds = Math.Max(0.001, (now - r.LoggedAt).TotalSeconds);
            logger.LogInformation(
                "Synchronising: block {BlockNumber} of {Highest}, {Rate} blocks/s", head, Math.Max(head, peers.HighestTip), (ulong)((head - r.LastLogged) / seconds));
            _run = r with { LastLogged = head, LoggedAt = now };
        }
    }

    /// <summary>Nothing to commit is there: what is missing may be the engine's to get.</summary>
    public void OnStall()
    {
        lock (_lock) _inARow = 0;
        if (!_isFarBehind) return;
        _isFarBehind = false;
        if (!_isHeld) CaughtUp?.Invoke();
    }

    /// <summary>A state is to be fetched, which no block may be committed before.</summary>
    public void Hold() => _isHeld = true;

    /// <summary>None is, or none any more.</summary>
    public void Release()
    {
        if (!_isHeld) return;
        _isHeld = false;
        if (!_isFarBehind) CaughtUp?.Invoke();
    }

    public void End()
    {
        lock (_lock)
        {
            if (_run is { } run && run.Starting != tree.Head.Number)
            {
                logger.LogInformation("Synchronised to block {BlockNumber}, {Count} more than before", tree.Head.Number, tree.Head.Number - run.Starting);
            }

            _run = null;
        }

        OnStall();
    }
}
