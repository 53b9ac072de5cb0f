using BpDao.Consensus;
using BpDao.Synchronization;
using Microsoft.Extensions.DependencyInjection;

namespace BpDao.Node.Composition;

/// <summary>The node's place in the network and what goes over it.</summary>
internal static class NetworkingModule
{
    public static IServiceCollection AddNetworking(this IServiceCollection services, NodePlan plan) => services
        .AddSingleton<IConsensusTransport>(plan.Endpoint.Consensus)
        .AddSingleton(plan.Endpoint.Transactions)
        .AddSingleton<TransactionGossip>();
}
