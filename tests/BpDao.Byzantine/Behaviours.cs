using BpDao.Byzantine.Spoiling;
using BpDao.Consensus;
using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Protocol;
using BpDao.Node;
using BpDao.Node.Composition;
using Microsoft.Extensions.DependencyInjection;

namespace BpDao.Byzantine;

/// <summary>The ways to cheat, by name: those of <see cref="Spoiler.All"/>, and saying what should not be said.</summary>
internal static class Behaviours
{
    private static readonly Dictionary<string, Action<NodePlan, IServiceCollection>> All = new(StringComparer.Ordinal)
    {
        ["equivocate"] = Talk((inner, voice) => new Equivocation(inner, voice)),
        ["double-vote-1"] = Talk((inner, voice) => new VoteTwice(inner, voice, MessageKind.Vote1For)),
        ["double-vote-2"] = Talk((inner, voice) => new VoteTwice(inner, voice, MessageKind.Vote2)),
        ["vote-2-then-hide"] = Talk((inner, voice) => new HiddenSecondVote(inner, voice)),
        ["hide-salt"] = Talk((inner, _) => new HiddenSalt(inner)) + Payload((p, own) => p with { SaltReveals = [.. p.SaltReveals.Where(r => r.Slot != own.Producer)] }),
        ["hide-votes"] = Talk((inner, _) => new HiddenVotes(inner)),
        ["hide-proposals"] = Talk((inner, _) => new HiddenProposals(inner)),
    };

    static Behaviours()
    {
        foreach (Spoiler spoiler in Spoiler.All) All.Add(spoiler.Name, Spoil(spoiler));
    }

    public static IEnumerable<string> Names => All.Keys;

    public static Action<NodePlan, IServiceCollection>? Find(string name) => All.GetValueOrDefault(name);

    private static Action<NodePlan, IServiceCollection> Spoil(Spoiler spoiler) => (plan, services) =>
    {
        SpoiltBlocks spoilt = new();
        if (spoiler.Stuff is { } stuff) Payload((payload, own) => stuff(payload, own, VoiceOf(plan)))(plan, services);
        services.Wrap<IBlockProducer>(inner => new SpoilingProducer(
                inner, spoilt, (block, parent) => spoiler.Spoil(block, new Workshop(plan.Spec.ChainId, parent, plan.Key!))))
            .Wrap<IBlockImporter>(inner => new BlindImporter(inner, spoilt));
    };

    private static Action<NodePlan, IServiceCollection> Payload(Func<BlockPayload, PorExtraData, BlockPayload> change) => (plan, services) =>
        services.Wrap<IBlockProducer>(inner => new PayloadChanger(inner, plan.Spec.ChainId, change));

    private static Action<NodePlan, IServiceCollection> Talk(Func<IConsensusTransport, Voice, IConsensusTransport> tamper) => (plan, services) =>
        services.Wrap<IConsensusTransport>(inner => tamper(inner, VoiceOf(plan)));

    private static Voice VoiceOf(NodePlan plan) => new(new KeySigner(plan.Key!), SigningDomain.Of(plan.Spec.ChainId, plan.Spec.GenesisHash!.Value));

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
