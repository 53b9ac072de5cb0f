using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Consensus.Por;
using BpDao.Core;
using BpDao.Db;
using BpDao.Db.Memory;
using BpDao.Specs;
using BpDao.State;
using BpDao.Testing.Chains;
using BpDao.Testing.Time;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BpDao.Synchronization.Tests.Download;

/// <summary>A node that follows: the real chain and the real synchroniser, no engine.</summary>
internal sealed class SyncNode : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _happened = new(0);

    public SyncNode(ChainSpec spec, DateTimeOffset now, SyncOptions? options = null, IDb? db = null, Func<SyncNode, IStateDownloader>? states = null, StateOptions? kept = null)
    {
        Db = db ?? new MemoryDb();
        Time = new FastTime(20, now);
        Chain = new TestChain(spec, Db, new PorPlugin(new PorOptions()).CreateRules(spec, new EngineRecords(Db)), kept);
        Sessions = new SyncSessions(new SyncServer(Chain.Tree, Chain.Rules), Time, NullLogger<SyncSessions>.Instance);
        Synchroniser = new Synchroniser(
            Chain.Tree, Chain.Importer, Chain.Rules, Chain.Contracts, Sessions, options ?? new SyncOptions(), states?.Invoke(this), null, Time,
            new Lines(_happened));
        Synchroniser.Progress.CaughtUp += () => _happened.Release();
        Chain.Importer.Committed += _ => _happened.Release();
        Running = Synchroniser.RunAsync(_stop.Token);
    }

    public IDb Db { get; }

    public TimeProvider Time { get; }

    public TestChain Chain { get; }

    public SyncSessions Sessions { get; }

    public Synchroniser Synchroniser { get; }

    public Task Running { get; }

    public BlockHeader Head => Chain.Head;

    /// <summary>Waits until that block is the head or behind it.</summary>
    public Task ReachAsync(ulong number) => UntilAsync(() => Head.Number >= number);

    /// <summary>Waits until something holds of the node; looks when it has committed a block, has caught up, or has written a line in its log.</summary>
    public async Task UntilAsync(Func<bool> holds)
    {
        using CancellationTokenSource late = new(Deadline);
        while (!holds())
        {
            Task happened = _happened.WaitAsync(late.Token);
            if (await Task.WhenAny(happened, Running) == Running) await Running;
            if (late.IsCancellationRequested) throw new TimeoutException($"At block {Head.Number}: {Synchroniser.Refusal}");
            await happened;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _happened.Dispose();
    }

    private sealed class Lines(SemaphoreSlim written) : ILogger<Synchroniser>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => written.Release();
    }
}
