using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization;

/// <summary>Downloads blocks with their certificates from several peers at once and commits them in order. One run ends when no peer has more.</summary>
/// <remarks>What is downloaded and not committed yet, or under way, is at most <see cref="MostBatches"/> answers of 10 MiB, however short they are; one of these places
/// is kept for the blocks that come next. A batch that a peer spoils is asked of another one.
/// Nothing is kept but what was committed, so a run that was killed is gone on with by the next.</remarks>
internal sealed class FullSync(SyncSessions sessions, PeerChoice peers, BlockImport import, ILogger logger)
{
    public const int MostBatches = 8;
    public const ulong BlocksOfBatch = 64;

    // Without anything under way or to commit, this long until tips are looked at again.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    private readonly SortedDictionary<ulong, BlockBatch> _batches = [];

    /// <summary>Called with the number of each block that was found good, on another thread.</summary>
    public required Action<ulong> Appended { get; init; }

    /// <summary>Called when nothing was there to commit for a moment.</summary>
    public required Action Stalled { get; init; }

    /// <param name="path">See <see cref="BlockImport.Append"/>.</param>
    /// <exception cref="SyncHaltedException">Certificates and this node contradict each other.</exception>
    public async Task RunAsync(CheckpointPath? path, TimeProvider time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<(BlockBatch Batch, string? Fault)>? importing = null;
        try
        {
            while (true)
            {
                if (importing is { IsCompleted: true }) importing = await FinishAsync(importing).ConfigureAwait(false);
                Harvest();
                importing ??= Import(path, stop.Token);
                Fill(stop.Token);
                if (importing is null && _batches.Count == 0) return;
                await WaitAsync(importing, time, stop.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll([.. UnderWay(importing)]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _batches.Clear();
            import.Flush();
        }
    }

    /// <summary>Takes the answers that have come.</summary>
    private void Harvest()
    {
        foreach (BlockBatch batch in _batches.Values.Where(b => b.Answer is { IsCompleted: true }).ToArray())
        {
            if (batch.Harvest() is { } rest) _batches.Add(rest.Start, rest);
        }
    }

    /// <summary>Starts on the batch that is next, when it is there.</summary>
    private Task<(BlockBatch, string?)>? Import(CheckpointPath? path, CancellationToken cancellationToken)
    {
        DropCommitted();
        if (_batches.Count == 0 || _batches.First().Value is not { Blocks: { } blocks } batch || batch.Start > import.Front.Number + 1) return null;
        return Task.Run(() => (batch, import.Append(blocks, path, Appended, cancellationToken)), CancellationToken.None);
    }

    // The engine may have committed the last few meanwhile.
    private void DropCommitted()
    {
        while (_batches.Count > 0 && _batches.First().Value is { Answer: null } batch && batch.Start + batch.Count - 1 <= import.Front.Number) _batches.Remove(batch.Start);
    }

    private async Task<Task<(BlockBatch, string?)>?> FinishAsync(Task<(BlockBatch Batch, string? Fault)> importing)
    {
        (BlockBatch batch, string? fault) = await importing.ConfigureAwait(false);
        if (fault is null)
        {
            _batches.Remove(batch.Start);
            return null;
        }

        logger.LogDebug("Peer {Peer} sent useless blocks from {BlockNumber} on: {Fault}", batch.Peer!.Id, batch.Start, fault);
        batch.Peer.Refuse(fault);
        // What else it sent waits for its turn and is worth no more.
        foreach (BlockBatch other in _batches.Values.Where(b => b.Blocks is not null && b.Peer!.IsRefused)) other.Fail();
        return null;
    }

    /// <summary>Plans up to the highest tip and asks for what is not under way.</summary>
    private void Fill(CancellationToken cancellationToken)
    {
        ulong target = peers.HighestTip;
        ulong next = Math.Max(import.Front.Number, _batches.Count > 0 ? _batches.Last().Value is var last ? last.Start + last.Count - 1 : 0 : 0) + 1;
        while (_batches.Count < MostBatches && next <= target)
        {
            BlockBatch batch = new(next, Math.Min(BlocksOfBatch, target - next + 1));
            _batches.Add(next, batch);
            next += batch.Count;
        }

        // Whoever withholds the next blocks and gives later ones in small pieces must not fill the memory with pieces.
        int later = _batches.Values.Skip(1).Count(b => b.IsTaken);
        bool isNext = true;
        foreach (BlockBatch batch in _batches.Values)
        {
            if (!batch.IsTaken && batch.Start <= target && (isNext || later < MostBatches - 1) && batch.TryAsk(peers, cancellationToken) && !isNext) later++;
            isNext = false;
        }

        // Nobody claims to have the next blocks any more: later ones are of no use.
        if (_batches.Count > 0 && _batches.First().Value is { Answer: null, Blocks: null } first && first.Start > target) _batches.Clear();
    }

    private async Task WaitAsync(Task? importing, TimeProvider time, CancellationToken cancellationToken)
    {
        Task[] tasks = [.. UnderWay(importing)];
        if (importing is null)
        {
            // Who goes on reads the head's state; what still waits for the disk must not prune that under him.
            import.Flush();
            Stalled();
        }

        if (tasks.Length > 0)
        {
            await Task.WhenAny(tasks).WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnChanged() => changed.TrySetResult();
        sessions.Changed += OnChanged;
        try
        {
            await Task.WhenAny(changed.Task, Task.Delay(Idle, time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            sessions.Changed -= OnChanged;
        }
    }

    private IEnumerable<Task> UnderWay(Task? importing)
    {
        foreach (BlockBatch batch in _batches.Values)
        {
            if (batch.Answer is { } answer) yield return answer;
        }

        if (importing is not null) yield return importing;
    }
}
