using BpDao.Consensus;
using BpDao.Consensus.Por;
using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Rules;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Node.Storage;
using BpDao.Specs;
using BpDao.Synchronization;
using BpDao.Testing.Chains;
using BpDao.Testing.Db;
using Microsoft.Extensions.Logging.Abstractions;

namespace BpDao.Node.Tests.Validators;

/// <summary>A whole validator: the real chain with the real contracts, engine, safety rules and safety store, on a machine that can lose
/// power.</summary>
internal sealed class Validator : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    private readonly CancellationTokenSource _stop = new();
    private readonly InMemoryEndpoint _endpoint;
    private readonly KeySigner _signer;
    private readonly Task _pump;
    private volatile TaskCompletionSource _nextCommit = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="machine">May hold the chain already.</param>
    /// <param name="syncsSafety">False: its safety store forgets to sync.</param>
    /// <param name="leaves">Told of every message that leaves.</param>
    /// <param name="onCommitted">Called after a commit, before the engine learns of it.</param>
    public Validator(
        CrashSimulatingDb machine, bool syncsSafety, ChainSpec spec, Hash256 key, PeerId id, InMemoryNetwork network, TimeProvider time,
        Action<PorMessage> leaves, Action<Validator, Block>? onCommitted)
    {
        Machine = machine;
        PorPlugin plugin = new(new PorOptions());
        Chain = new TestChain(spec, machine, plugin.CreateRules(spec, new Blockchain.EngineRecords(machine)));
        Chain.Importer.Committed += block =>
        {
            onCommitted?.Invoke(this, block);
            Interlocked.Exchange(ref _nextCommit, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        };
        _endpoint = network.CreateEndpoint(id);
        Wire = new Wire(_endpoint.Consensus, machine, leaves);
        _signer = new KeySigner(new PrivateKey(key.Bytes));
        DbSafetyStore safety = new(syncsSafety ? machine : new UnsyncedDb(machine));
        Engine = plugin.CreatePorEngine(spec, Chain.Rules, new EngineContext(
            Chain.Tree, Chain.Contracts, Chain.Producer, Chain.Importer, Wire, safety, Chain.Records, _signer, time, NullLoggerFactory.Instance));
        Running = Engine.RunAsync(_stop.Token);
        _pump = _endpoint.RunAsync(_stop.Token);
        _endpoint.Connect();
    }

    public CrashSimulatingDb Machine { get; }

    public TestChain Chain { get; }

    public PorEngine Engine { get; }

    public Wire Wire { get; }

    /// <summary>Ends with the engine's fault.</summary>
    public Task Running { get; }

    public ulong Height => Chain.Head.Number;

    public Bench BenchOf(ulong epoch) => ((PorRules)Chain.Rules).Epochs.BenchOf(epoch)
        ?? throw new InvalidOperationException($"The bench of epoch {epoch} is not known at block {Height}.");

    /// <summary>Waits until that block is committed here.</summary>
    public async Task ReachAsync(ulong number)
    {
        using CancellationTokenSource late = new(Deadline);
        while (true)
        {
            Task next = _nextCommit.Task;
            if (Height >= number) return;
            if (await Task.WhenAny(next, Running, Task.Delay(Timeout.Infinite, late.Token)) == Running) await Running;
            if (late.IsCancellationRequested) throw new TimeoutException($"At block {Height} after {Deadline}, not {number}: {Engine.Status}");
        }
    }

    /// <summary>A crash of its machine is no fault of it.</summary>
    public async ValueTask DisposeAsync()
    {
        _endpoint.Disconnect();
        await _stop.CancelAsync();
        await Task.WhenAll(Running, _pump).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Engine.DisposeAsync();
        Chain.Dispose();
        _signer.Dispose();
        _stop.Dispose();
        if (Running.Exception?.InnerException is { } fault && fault is not SimulatedCrashException) await Running;
    }
}
