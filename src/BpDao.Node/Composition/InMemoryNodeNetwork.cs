using BpDao.Core;
using BpDao.Network;
using BpDao.Synchronization;

namespace BpDao.Node.Composition;

/// <summary>A node's place among the nodes of one process.</summary>
internal sealed class InMemoryNodeNetwork(InMemoryHost host) : INodeNetwork
{
    public Hash256 Id { get; } = Keccak256.Hash(host.PublicKey.Bytes);

    public IReadOnlyList<IPeer> Peers => host.Peers;

    public bool IsListening => false;

    public Task StartAsync(IReadOnlyList<IProtocol> protocols, ChainForks forks, CancellationToken cancellation)
    {
        host.Connect(protocols);
        return Task.CompletedTask;
    }

    public Task RunAsync(CancellationToken cancellation) => host.RunAsync(cancellation);

    public ValueTask DisposeAsync()
    {
        host.Disconnect();
        return ValueTask.CompletedTask;
    }
}
