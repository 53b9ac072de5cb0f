using BpDao.Core;
using BpDao.State;
using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization.Snap;

/// <summary>Fetches the state of a pivot over <c>snap/1</c>: stretches of accounts side by side from all peers that have it, then what differs.</summary>
public sealed class SnapDownloader(
    StateStore states, SnapPeers peers, SnapCounters counters, SnapOptions options, TimeProvider time, ILogger<SnapDownloader> logger) : IStateDownloader
{
    private static readonly TimeSpan Reports = TimeSpan.FromSeconds(10);

    private readonly SnapMarks _marks = new();

    /// <inheritdoc/>
    /// <remarks>The state of genesis makes room as soon as a peer has proved that it serves the pivot's, not before.</remarks>
    public async Task<StateDownload> DownloadAsync(BlockHeader pivot, CancellationToken cancellationToken)
    {
        SnapPool pool = new(peers, _marks, options, time, logger);
        using CancellationTokenSource gone = pool.Gone, stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, gone.Token);
        try
        {
            await DownloadAsync(pivot, pool, stop);
            return StateDownload.Complete;
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            logger.LogInformation("No peer serves the state of block {Number} any more", pivot.Number);
            return StateDownload.PivotGone;
        }
    }

    private async Task DownloadAsync(BlockHeader pivot, SnapPool pool, CancellationTokenSource stop)
    {
        SnapQueries queries = new(pivot.StateRoot, pool, options);
        if (!states.IsPartial) await queries.AccountsAsync(Hash256.Zero, Hash256.Zero, stop.Token);
        logger.LogInformation("Fetching the state of block {Number}, root {Root}", pivot.Number, pivot.StateRoot);
        using FetchedState state = new(states.OpenPartial(), options.Stretches, counters);
        SnapCodes codes = new(queries, state);
        using ITimer report = time.CreateTimer(_ => Report(), null, Reports, Reports);

        if (state.Root != pivot.StateRoot)
        {
            await Task.WhenAll(state.Stretches.Select(stretch => RunAsync(new StretchDownload(queries, codes, state, stretch), stop)));
        }

        if (state.Root != pivot.StateRoot) logger.LogInformation("All accounts are there, of several blocks: mending what differs");
        await new StateHealer(queries, codes, state, counters).RunAsync(pivot.StateRoot, stop.Token);
        Report();
        logger.LogInformation("The state of block {Number} is complete", pivot.Number);
    }

    /// <summary>The failure of one ends all.</summary>
    private static async Task RunAsync(StretchDownload download, CancellationTokenSource stop)
    {
        try
        {
            await download.RunAsync(stop.Token);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private void Report()
    {
        logger.LogInformation(
            "State: {Share}.{Tenth} % of the accounts, {Accounts} accounts, {Slots} slots, {Codes} codes, {Nodes} mended nodes",
            counters.PerMille / 10, counters.PerMille % 10, counters.Accounts, counters.Slots, counters.Codes, counters.HealedNodes);
    }
}
