using BpDao.Core;
using BpDao.Network;
using BpDao.Node.Composition;
using BpDao.Synchronization;

namespace BpDao.Node.Commands.Bench.Validators;

/// <summary>A place among the nodes of one process that carries <c>bpdao/1</c> alone, and nothing before it is told to: nodes that all listen
/// before they meet know that their network is new.</summary>
internal sealed class ConsensusNetwork(INodeNetwork inner) : INodeNetwork
{
    private IReadOnlyList<IProtocol> _protocols = [];
    private ChainForks? _forks;

    public Hash256 Id => inner.Id;

    public IReadOnlyList<IPeer> Peers => inner.Peers;

    public bool IsListening => inner.IsListening;

    public Task StartAsync(IReadOnlyList<IProtocol> protocols, ChainForks forks, CancellationToken cancellation)
    {
        (_protocols, _forks) = ([.. protocols.OfType<BpDaoProtocol>()], forks);
        return Task.CompletedTask;
    }

    public Task ConnectAsync(CancellationToken cancellation) => inner.StartAsync(_protocols, _forks!, cancellation);

    public Task RunAsync(CancellationToken cancellation) => inner.RunAsync(cancellation);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
