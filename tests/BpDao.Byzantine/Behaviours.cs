using BpDao.Consensus;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Node;
using BpDao.Node.Composition;
using Microsoft.Extensions.DependencyInjection;

namespace BpDao.Byzantine;

/// <summary>The ways to cheat, by name.</summary>
internal static class Behaviours
{
    private static readonly Dictionary<string, Action<NodePlan, IServiceCollection>> All = new(StringComparer.Ordinal)
    {
        ["bad-state-root"] = BadHeader(h => h with { StateRoot = Other(h.StateRoot) }),
        ["bad-receipts-root"] = BadHeader(h => h with { ReceiptsRoot = Other(h.ReceiptsRoot) }),
        ["bad-gas-used"] = BadHeader(h => h with { GasUsed = h.GasUsed + 1 }),
        ["bad-bloom"] = BadHeader(h => h with { LogsBloom = new Bloom(new byte[256].Select(_ => (byte)0x5a).ToArray()) }),
        ["bad-mix"] = BadHeader(h => h with { MixHash = Other(h.MixHash) }),
        ["bad-base-fee"] = BadHeader(h => h with { BaseFeePerGas = h.BaseFeePerGas + UInt256.One }),
        ["equivocate"] = Talk((inner, voice) => new Equivocation(inner, voice)),
        ["double-vote-2"] = Talk((inner, voice) => new SecondVoteTwice(inner, voice)),
        ["hide-votes"] = Talk((inner, _) => new HiddenVotes(inner)),
    };

    public static IEnumerable<string> Names => All.Keys;

    public static Action<NodePlan, IServiceCollection>? Find(string name) => All.GetValueOrDefault(name);

    private static Action<NodePlan, IServiceCollection> BadHeader(Func<BlockHeader, BlockHeader> spoil) => (_, services) =>
    {
        SpoiltBlocks spoilt = new(spoil);
        services.Wrap<IBlockProducer>(inner => new SpoilingProducer(inner, spoilt)).Wrap<IBlockImporter>(inner => new BlindImporter(inner, spoilt));
    };

    private static Action<NodePlan, IServiceCollection> Talk(Func<IConsensusTransport, Voice, IConsensusTransport> tamper) => (plan, services) =>
    {
        Voice voice = new(new KeySigner(plan.Key!), SigningDomain.Of(plan.Spec.ChainId, plan.Spec.GenesisHash!.Value));
        services.Wrap<IConsensusTransport>(inner => tamper(inner, voice));
    };

    private static Hash256 Other(Hash256 hash) => Keccak256.Hash(hash.Bytes);

    private static IServiceCollection Wrap<T>(this IServiceCollection services, Func<T, T> wrap)
        where T : class
    {
        ServiceDescriptor original = services.Last(d => d.ServiceType == typeof(T));
        return services.AddSingleton(s => wrap((T)(original.ImplementationInstance ?? original.ImplementationFactory?.Invoke(s)
            ?? ActivatorUtilities.CreateInstance(s, original.ImplementationType!))));
    }
}

/// <summary>Signs anything with the node's consensus key.</summary>
internal sealed record Voice(ISigner Signer, SigningDomain Domain);
