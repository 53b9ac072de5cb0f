using BpDao.Core;
using BpDao.Network;

namespace BpDao.Node.Composition;

/// <summary>What carries a node's protocols: wires, or the memory of one process.</summary>
internal interface INodeNetwork : IAsyncDisposable
{
    /// <summary>keccak256 of this node's public key: how its peers know it.</summary>
    Hash256 Id { get; }

    /// <summary>The sessions that are open now: a copy that does not change.</summary>
    IReadOnlyList<IPeer> Peers { get; }

    /// <summary>Others can connect to this node.</summary>
    bool IsListening { get; }

    /// <summary>Begins to open sessions for these protocols.</summary>
    /// <param name="forks">Tells nodes of this network from others.</param>
    /// <exception cref="OperatorFault">The address cannot be listened on.</exception>
    Task StartAsync(IReadOnlyList<IProtocol> protocols, ChainForks forks, CancellationToken cancellation);

    /// <summary>Works until cancelled; an exception is a bug.</summary>
    Task RunAsync(CancellationToken cancellation);
}
