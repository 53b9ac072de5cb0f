using BpDao.Core;
using BpDao.State.Download;
using BpDao.State.Ranges;

namespace BpDao.Synchronization.Snap;

/// <summary>The state as far as it was fetched, with several who fetch: their writes go one after the other, each with the progress it makes.</summary>
internal sealed class FetchedState : IDisposable
{
    private readonly PartialState _partial;
    private readonly DownloadProgress _progress;
    private readonly SnapCounters _counters;
    private readonly SemaphoreSlim _writing = new(1);

    public FetchedState(PartialState partial, int stretches, SnapCounters counters)
    {
        (_partial, _counters) = (partial, counters);
        _progress = DownloadProgress.Read(partial.Progress.Span, stretches);
        counters.SetShare(Stretches);
    }

    /// <summary>Changed only by the <c>advance</c> of a write.</summary>
    public IReadOnlyList<Stretch> Stretches => _progress.Stretches;

    public Hash256 Root => _partial.Root;

    /// <summary>What is there now.</summary>
    public StateRanges Open() => _partial.OpenRanges();

    /// <param name="accounts">Each once; their code is there.</param>
    /// <param name="advance">Changes the progress that is written with them.</param>
    public async Task WriteAsync(IReadOnlyList<FetchedAccount> accounts, Action? advance, CancellationToken cancellationToken)
    {
        if (accounts.Count == 0 && advance is null) return;
        await _writing.WaitAsync(cancellationToken);
        try
        {
            advance?.Invoke();
            _partial.Write(accounts, _progress.Encode());
            _counters.SetShare(Stretches);
        }
        finally
        {
            _writing.Release();
        }

        _counters.Add(accounts);
    }

    /// <summary>Of those accounts, the code that is not there yet; each once.</summary>
    public HashSet<Hash256> MissingCode(IEnumerable<Account> accounts) =>
        [.. accounts.Where(a => a.HasCode).Select(a => a.CodeHash).Distinct().Where(hash => !_partial.HasCode(hash))];

    public async Task WriteCodeAsync(IReadOnlyList<byte[]> codes, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            _partial.WriteCode(codes.Select(code => (ReadOnlyMemory<byte>)code));
        }
        finally
        {
            _writing.Release();
        }

        _counters.AddCodes(codes.Count);
    }

    public void Dispose() => _writing.Dispose();
}
