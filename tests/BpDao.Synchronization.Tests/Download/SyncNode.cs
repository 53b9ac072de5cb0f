using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Consensus.Por;
using BpDao.Core;
using BpDao.Db;
using BpDao.Db.Memory;
using BpDao.Specs;
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
    private readonly SemaphoreSlim _moved = new(0);

    public SyncNode(
        ChainSpec spec, DateTimeOffset now, SyncOptions? options = null, IDb? db = null, Func<SyncNode, IStateDownloader>? states = null, ILogger<Synchroniser>? logger = null)
    {
        Db = db ?? new MemoryDb();
        Time = new FastTime(20, now);
        Chain = new TestChain(spec, Db, new PorPlugin(new PorOptions()).CreateRules(spec, new EngineRecords(Db)));
        Sessions = new SyncSessions(new SyncServer(Chain.Tree, Chain.Rules), Time);
        Synchroniser = new Synchroniser(
            Chain.Tree, Chain.Importer, Chain.Rules, Chain.Contracts, Sessions, options ?? new SyncOptions(), states?.Invoke(this), null, Time,
            logger ?? NullLogger<Synchroniser>.Instance);
        Chain.Importer.Committed += _ => _moved.Release();
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
    public async Task ReachAsync(ulong number)
    {
        using CancellationTokenSource late = new(Deadline);
        while (Head.Number < number)
        {
            Task moved = _moved.WaitAsync(late.Token);
            if (await Task.WhenAny(moved, Running) == Running) await Running;
            if (late.IsCancellationRequested) throw new TimeoutException($"At block {Head.Number}, not {number}: {Synchroniser.Refusal}");
            await moved;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _moved.Dispose();
    }
}
