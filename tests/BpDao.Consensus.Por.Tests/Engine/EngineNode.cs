using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Db;
using BpDao.Db.Memory;
using BpDao.Specs;
using BpDao.Synchronization;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Microsoft.Extensions.Logging;

namespace BpDao.Consensus.Por.Tests.Engine;

/// <summary>A whole validator in memory: the real chain with the real contracts, the engine, and disks that outlive it.</summary>
internal sealed class EngineNode : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private readonly Task _pump;
    private readonly InMemoryEndpoint _endpoint;
    private readonly SemaphoreSlim _committed = new(0);

    public EngineNode(Disks disks, ChainSpec spec, Hash256? key, PeerId id, InMemoryNetwork network, TimeProvider time, ILoggerFactory loggers, PorOptions? options = null,
        Func<IConsensusTransport, IConsensusTransport>? tamper = null)
    {
        PorPlugin plugin = new(options ?? new PorOptions());
        Chain = new TestChain(spec, disks.Db, plugin.CreateRules(spec, new BpDao.Blockchain.EngineRecords(disks.Db)));
        _endpoint = network.CreateEndpoint(id);
        Engine = plugin.CreatePorEngine(spec, Chain.Rules, new EngineContext(
            Chain.Tree, Chain.Contracts, Chain.Producer, Chain.Importer, tamper is null ? _endpoint.Consensus : tamper(_endpoint.Consensus), disks.Safety, Chain.Records,
            key is { } secret ? new TestSigner(new PrivateKey(secret.Bytes)) : null, time, loggers));
        Chain.Importer.Committed += _ => _committed.Release();
        _running = Engine.RunAsync(_stop.Token);
        _pump = _endpoint.RunAsync(_stop.Token);
    }

    /// <summary>Puts the cable in.</summary>
    public EngineNode Connect()
    {
        _endpoint.Connect();
        return this;
    }

    public TestChain Chain { get; }

    public PorEngine Engine { get; }

    public ulong Height => Chain.Head.Number;

    /// <summary>Waits until block <paramref name="number"/> is committed here.</summary>
    public async Task ReachAsync(ulong number, TimeSpan deadline)
    {
        using CancellationTokenSource late = new(deadline);
        while (Height < number)
        {
            Task commit = _committed.WaitAsync(late.Token);
            if (await Task.WhenAny(commit, _running) == _running) await _running;
            if (late.IsCancellationRequested) throw new TimeoutException($"At block {Height} after {deadline}, not {number}: {Engine.Status}");
            await commit;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _endpoint.Disconnect();
        await _stop.CancelAsync();
        await Task.WhenAll(_running, _pump).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_running.IsFaulted) await _running;
        await Engine.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>What is left of a node that is switched off.</summary>
    internal sealed class Disks
    {
        public IDb Db { get; } = new MemoryDb();

        public CrashableSafetyStore Safety { get; } = new();
    }
}
