using System.Text;
using BpDao.Blockchain;
using BpDao.Consensus;
using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization;

/// <summary>Keeps the node at the head of its peers: asks for their tips, downloads when it is behind by more than the engine would ask for itself, and
/// believes nobody where the head is too old for that.</summary>
public sealed class Synchroniser
{
    // The engine asks for the last few itself.
    internal const ulong HandOver = 8;

    // Executing fewer costs less than fetching a state.
    private const ulong WorthAState = 256;

    private static readonly TimeSpan TipInterval = TimeSpan.FromSeconds(3);

    // The line that refuses is told again, so that it is found.
    private static readonly TimeSpan RefusalInterval = TimeSpan.FromMinutes(1);

    private readonly BlockTree _tree;
    private readonly SyncSessions _sessions;
    private readonly WeakSubjectivity _trust;
    private readonly ConflictCheck _conflicts;
    private readonly PeerChoice _peers;
    private readonly SyncProgress _progress;
    private readonly BlockImporter _importer;
    private readonly IReportStore? _reports;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _trusted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _halted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SnapSync? _snap;
    private bool _hasTold;
    private DateTimeOffset _refusedAt = DateTimeOffset.MinValue;

    /// <param name="states">Null: snap is not offered.</param>
    /// <param name="reports">Keeps what stops the node; null keeps nothing.</param>
    public Synchroniser(
        BlockTree tree, BlockImporter importer, IConsensusRules rules, IContractReader contracts, SyncSessions sessions, SyncOptions options,
        IStateDownloader? states, IReportStore? reports, TimeProvider time, ILogger<Synchroniser> logger)
    {
        (_tree, _importer, _sessions, _reports, _time, _logger) = (tree, importer, sessions, reports, time, logger);
        _peers = new PeerChoice(sessions);
        _trust = new WeakSubjectivity(tree, contracts, rules, options, time);
        _conflicts = new ConflictCheck(tree, contracts, rules, _trust);
        _progress = new SyncProgress(tree, _peers, time, logger);
        // What was begun is gone on with: the state that was there has made room.
        if ((options.Mode == SyncMode.Snap || importer.AwaitsState) && states is not null && rules.Light is { } light)
        {
            _snap = new SnapSync(tree, importer, light, _peers, states, _trust, time, logger);
        }
    }

    public ISyncProgress Progress => _progress;

    /// <summary>Why peers are not believed, one line; null while they are.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Ends when the head is one that certificates of today lead to: before that an engine must not take part.</summary>
    public Task WhenTrustedAsync(CancellationToken cancellationToken) => _trusted.Task.WaitAsync(cancellationToken);

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="SyncHaltedException">Two final blocks of one height, or a final block that is invalid here: the node has to stop.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _sessions.TipTold += OnTip;
        try
        {
            Task[] loops = [AskTipsAsync(stop.Token), DownloadAsync(stop.Token), _halted.Task, _sessions.Failed];
            Task first = await Task.WhenAny(loops).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(loops[..2]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first.ConfigureAwait(false);
        }
        catch (SyncHaltedException e)
        {
            _reports?.Keep($"sync-{_tree.Head.Number}.txt", Encoding.UTF8.GetBytes(e.Message));
            throw;
        }
        finally
        {
            _sessions.TipTold -= OnTip;
            _progress.End();
        }
    }

    private async Task DownloadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await RoundAsync(cancellationToken).ConfigureAwait(false);
            await Task.Delay(TipInterval / 3, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Looks at where the node stands and does what is due.</summary>
    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        LookForPivot();
        if (!MayBelieve()) return;
        if (!_trust.NeedsPath && (_snap is null || _tree.Head.Number > 0 || IsYoung())) _trusted.TrySetResult();
        ulong tip = _peers.HighestTip;
        if (tip <= _tree.Head.Number + (_trust.NeedsPath ? 0 : HandOver)) return;

        _progress.Begin();
        try
        {
            if (_snap is not null && _tree.Head.Number == 0) await SnapOrWaitAsync(cancellationToken).ConfigureAwait(false);
            else
            {
                TellWhyNoState(tip);
                await FullAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _progress.End();
            LookForPivot();
        }
    }

    private async Task FullAsync(CancellationToken cancellationToken)
    {
        CheckpointPath? path = null;
        if (_trust.NeedsPath)
        {
            (path, string? refusal) = await CheckpointPath.WalkAsync(_tree, _trust, _peers, cancellationToken).ConfigureAwait(false);
            if (refusal is not null) Refuse(refusal);
            if (path is null) return;
        }

        BlockImport import = new(_tree, _importer, _conflicts);
        FullSync run = new(_sessions, _peers, import, _logger) { Appended = _progress.OnBlock, Stalled = _progress.OnStall };
        await run.RunAsync(path, _time, cancellationToken).ConfigureAwait(false);
    }

    private async Task SnapOrWaitAsync(CancellationToken cancellationToken)
    {
        if (await _snap!.RunAsync(cancellationToken).ConfigureAwait(false) is { } refusal) Refuse(refusal);
    }

    /// <summary>Who asked for a state must know, once, that it is not fetched: execution may take days.</summary>
    private void TellWhyNoState(ulong tip)
    {
        ulong head = _tree.Head.Number;
        if (_snap is null || _tree.Earliest > 0 || tip - head <= WorthAState || _hasTold) return;
        _hasTold = true;
        _logger.LogWarning("Executing all blocks: the head is block {BlockNumber}, and a state is fetched only at genesis. To fetch one begin anew with an empty --datadir", head);
    }

    /// <summary>The network is about as new as this node: there is nothing to download. Who rests or was refused says nothing about that.</summary>
    private bool IsYoung() => !IsPivotDue() && (_trust.DecidesAlone || _peers.IsDenied(HandOver));

    /// <summary>A state is being fetched, or there may be one to fetch: a block that the engine commits before that leaves all others to be executed, too.</summary>
    private bool IsPivotDue() =>
        _snap is not null && _tree.Head.Number == 0 && (_importer.AwaitsState || _snap.IsLong || _peers.IsPromised(HandOver));

    /// <summary>Pauses the engine that began at genesis since its peers had no more, or lets it go on.</summary>
    private void LookForPivot()
    {
        if (IsPivotDue()) _progress.Hold();
        else _progress.Release();
    }

    private bool MayBelieve()
    {
        if (_trust.Refusal() is { } refusal)
        {
            Refuse(refusal);
            return false;
        }

        Refusal = null;
        return true;
    }

    private void Refuse(string refusal)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (refusal == Refusal && now - _refusedAt < RefusalInterval) return;
        (Refusal, _refusedAt) = (refusal, now);
        _logger.LogError("Not synchronising: {Refusal}", refusal);
    }

    private async Task AskTipsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (RemotePeer peer in _sessions.Peers)
            {
                if (peer.IsAvailable) _ = peer.AskAsync<TipAnswer>(SyncMessageCode.GetTip, 0, 0, cancellationToken);
            }

            await WaitForAPeerAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Returns after a while, or at once when a peer comes that has not told its tip.</summary>
    private async Task WaitForAPeerAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource came = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnChanged()
        {
            if (_sessions.Peers.Any(p => p.Tip is null && p.UnderWay == 0)) came.TrySetResult();
        }

        _sessions.Changed += OnChanged;
        try
        {
            await Task.WhenAny(came.Task, Task.Delay(TipInterval, _time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            _sessions.Changed -= OnChanged;
        }
    }

    // On the wire's thread: a few comparisons, and a certificate to check only where somebody contradicts what is final here.
    private void OnTip(RemotePeer peer, TipAnswer tip)
    {
        // At once: the engine asks the same peer for block 1. The next round looks again.
        if (_snap is not null && _tree.Head.Number == 0 && tip.Header.Number > HandOver && peer.IsCredible) _progress.Hold();
        if (!_conflicts.IsAnother(tip.Header)) return;
        try
        {
            _conflicts.ThrowIfFinal(tip.Header, tip.Certificate);
            peer.Refuse($"its block {tip.Header.Number} is {tip.Header.Hash}, the one committed here is {_tree.HashByNumber(tip.Header.Number)}");
        }
        catch (SyncHaltedException e)
        {
            _halted.TrySetException(e);
        }
    }
}
