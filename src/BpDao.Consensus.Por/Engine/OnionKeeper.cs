using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>This key's onions: what to reveal, and when a new one must be announced (protocol rule 8.1). Onions follow from the key; the
/// contracts say which one is in use and how deep it is opened.</summary>
internal sealed class OnionKeeper(ISigner signer)
{
    private static readonly int LayersParameter = WorkParameters.ByName("onionLayers")!.Id;
    private static readonly int RenewBelowParameter = WorkParameters.ByName("onionRenewBelow")!.Id;

    // The contract's bound of the parameter.
    private const uint MaxLayers = 1 << 24;

    private readonly Dictionary<uint, KeccakOnion> _onions = [];

    /// <summary>Zero where nobody can check a reveal; null when the registered tip does not come from this key, so that no block of it can be
    /// valid.</summary>
    public Hash256? Reveal(PorChainView view, uint slot)
    {
        if (!view.TryOnion(slot, out OnionState state)) return Hash256.Zero;
        uint depth = state.Counter + 1;
        if (TryLayers(view, out uint layers, out _) && depth <= layers && OnionOf(state.Renewals, layers).Open(depth) is var reveal
            && KeccakOnion.Opens(reveal, state.Hashes, state.Tip))
        {
            return reveal;
        }

        // Registered while the parameter had another value, or the Work contract does not say it (protocol rule 2.8): the layer is found by
        // walking up to the tip.
        return Walk(KeccakOnion.Seed(signer, state.Renewals), state);
    }

    /// <summary>The next onion's tip when few layers are left and none is announced.</summary>
    public Hash256? NextTip(PorChainView view, uint slot)
    {
        bool isDue = view.TryOnion(slot, out OnionState state) && state.NextTip.IsZero && TryLayers(view, out _, out uint renewBelow)
            && state.LayersLeft < renewBelow;
        return isDue && TryLayers(view, out uint layers, out _) ? OnionOf(state.Renewals + 1, layers).Tip : null;
    }

    /// <summary>seed₀, from which salts follow (protocol rule 8.2).</summary>
    public Hash256 FirstSeed => KeccakOnion.Seed(signer, 0);

    private KeccakOnion OnionOf(uint renewal, uint layers)
    {
        if (_onions.TryGetValue(renewal, out KeccakOnion? known) && known.Layers == layers) return known;
        foreach (uint old in _onions.Keys.Where(k => k + 1 < renewal).ToArray()) _onions.Remove(old);
        return _onions[renewal] = new KeccakOnion(KeccakOnion.Seed(signer, renewal), layers);
    }

    private static Hash256? Walk(Hash256 value, OnionState state)
    {
        Queue<Hash256> behind = new();
        for (uint i = 0; i <= MaxLayers; i++)
        {
            behind.Enqueue(value);
            if (behind.Count > state.Hashes + 1) behind.Dequeue();
            if (value == state.Tip) return behind.Count == state.Hashes + 1 ? behind.Peek() : null;
            value = Keccak256.Hash(value.Bytes);
        }

        return null;
    }

    private static bool TryLayers(PorChainView view, out uint layers, out uint renewBelow)
    {
        (layers, renewBelow) = (0, 0);
        if (!view.Contract.TryParameters(out UInt256[] p) || p.Length <= RenewBelowParameter || p[LayersParameter].BitLength > 24
            || p[LayersParameter].IsZero || p[RenewBelowParameter].BitLength > 24)
        {
            return false;
        }

        (layers, renewBelow) = ((uint)p[LayersParameter].L0, (uint)p[RenewBelowParameter].L0);
        return true;
    }
}
