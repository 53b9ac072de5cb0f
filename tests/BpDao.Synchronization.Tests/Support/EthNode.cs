using BpDao.Core;
using BpDao.Crypto;
using BpDao.Network;
using BpDao.Specs;
using BpDao.Testing;
using BpDao.Testing.Chains;
using BpDao.TxPool;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BpDao.Synchronization.Tests;

/// <summary>A node that speaks eth with the others of a hub: a real chain, a real pool.</summary>
internal sealed class EthNode : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public EthNode(InMemoryHub hub, string name, TestChain? chain = null, int? version = null, EthOptions? options = null)
    {
        Chain = chain ?? new TestChain();
        Eth = ServiceOf(Chain, options ?? new EthOptions(), TimeProvider.System);
        Host = hub.CreateHost(TestKeys.Of(name).PublicKey);
        Protocols = [.. Eth.Protocols.Where(p => version is null || p.Capability.Version == version)];
        _running = Task.WhenAll(Eth.RunAsync(_stop.Token), Host.RunAsync(_stop.Token));
        Host.Connect(Protocols);
    }

    public TestChain Chain { get; }

    public EthService Eth { get; }

    public InMemoryHost Host { get; }

    public IReadOnlyList<IProtocol> Protocols { get; }

    public ITxPool Pool => Chain.Pool;

    public Hash256 Id => Keccak256.Hash(Host.PublicKey.Bytes);

    public static EthService ServiceOf(TestChain chain, EthOptions options, TimeProvider time, ILoggerFactory? loggers = null) => new(
        chain.Tree, chain.Pool, chain.Spec.NetworkId, chain.Spec.ToForkHistory(chain.Tree.Genesis.Hash), options, time, loggers ?? NullLoggerFactory.Instance);

    public EthPeer PeerOf(EthNode other) => Eth.Peers.All.Single(p => p.Peer.Id == other.Id);

    /// <summary>Until that many peers have told their status.</summary>
    public async Task WaitForPeersAsync(int count, CancellationToken cancellation)
    {
        TaskCompletionSource there = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Eth.Peers.Joined += _ =>
        {
            if (Eth.Peers.All.Count >= count) there.TrySetResult();
        };
        if (Eth.Peers.All.Count >= count) return;
        await there.Task.WaitAsync(cancellation);
    }

    /// <summary>Until all of these were in the pool.</summary>
    public async Task WaitForAsync(IEnumerable<Transaction> transactions, CancellationToken cancellation)
    {
        foreach (Transaction tx in transactions)
        {
            TaskCompletionSource added = new(TaskCreationOptions.RunContinuationsAsynchronously);
            void OnAdded(Transaction each)
            {
                if (each.Hash == tx.Hash) added.TrySetResult();
            }

            Pool.Added += OnAdded;
            if (!Pool.Contains(tx.Hash)) await added.Task.WaitAsync(cancellation);
            Pool.Added -= OnAdded;
        }
    }

    public void Dispose()
    {
        Host.Disconnect();
        _stop.Cancel();
        try
        {
            _running.Wait(TimeSpan.FromSeconds(20));
        }
        catch (AggregateException e) when (e.InnerExceptions.All(i => i is OperationCanceledException))
        {
            // It was told to stop; anything else fails the test.
        }

        Chain.Dispose();
        _stop.Dispose();
    }
}
