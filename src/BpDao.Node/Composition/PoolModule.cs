using BpDao.Node.Options;
using BpDao.TxPool;
using Microsoft.Extensions.DependencyInjection;

namespace BpDao.Node.Composition;

/// <summary>The transaction pool.</summary>
internal static class PoolModule
{
    public static IServiceCollection AddPool(this IServiceCollection services, NodePlan plan) => services
        .AddSingleton(plan.Settings.Get<PoolOptions>().ToPool())
        .AddSingleton<ITxPool, TxPool.TxPool>();
}
