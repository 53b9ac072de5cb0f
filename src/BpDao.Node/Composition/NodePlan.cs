using BpDao.Crypto;
using BpDao.Node.Options;
using BpDao.Specs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BpDao.Node.Composition;

/// <summary>Everything that tells one node from another, and what the nodes of one process share.</summary>
internal sealed record NodePlan
{
    /// <summary>For logs and metrics, e.g. <c>node0</c>.</summary>
    public required string Name { get; init; }

    public required string DatabasePath { get; init; }

    public required ChainSpec Spec { get; init; }

    public required Settings Settings { get; init; }

    /// <summary>Null: the node only follows.</summary>
    public required PrivateKey? Key { get; init; }

    public required INodeNetwork Network { get; init; }

    /// <summary>Not on nodes that nobody calls.</summary>
    public required bool ServesRpc { get; init; }

    /// <summary>Nodes of this process: they share its memory.</summary>
    public required int NodesInProcess { get; init; }

    public required ILoggerFactory Loggers { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Replaces parts after all are registered; null on every node of the product.</summary>
    public Action<NodePlan, IServiceCollection>? Change { get; init; }
}
