namespace BpDao.Node;

/// <summary>A loop that runs beside others until it is stopped. Whoever starts it watches <see cref="Completion"/>: it ends by itself
/// only with a fault.</summary>
internal sealed class BackgroundLoop : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public BackgroundLoop(string name, Func<CancellationToken, Task> loop)
    {
        Name = name;
        Completion = Task.Run(() => loop(_stop.Token));
    }

    public string Name { get; }

    public Task Completion { get; }

    /// <summary>Stops and waits. A fault was seen by whoever watches; it is not thrown again here.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
