using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>This key's onions: what to reveal, and when a new one must be announced (protocol rule 8.1). Onions follow from the key; the
/// contracts say which one is in use and how deep it is opened. Used by the worker alone.</summary>
internal sealed class OnionKeeper(ISigner signer)
{
    // The contract's bound of the parameter.
    private const uint MaxLayers = 1 << 24;

    private static readonly int LayersParameter = WorkParameters.ByName("onionLayers")!.Id;
    private static readonly int RenewBelowParameter = WorkParameters.ByName("onionRenewBelow")!.Id;

    private Anchored? _current;
    private Hash256? _foreignTip;
    private KeccakOnion? _next;
    private uint _nextRenewal;

    /// <summary>Zero where nobody can check a reveal; null when the registered tip does not come from this key, so that no block of it can be
    /// valid.</summary>
    public Hash256? Reveal(PorChainView view, uint slot)
    {
        if (!view.TryOnion(slot, out OnionState state)) return Hash256.Zero;
        if (_current is null || _current.Renewal != state.Renewals) _current = Anchor(state);
        if (_current?.Reveal(state) is not { } reveal) return null;
        return KeccakOnion.Opens(reveal, state.Hashes, state.Tip) ? reveal : null;
    }

    /// <summary>The next onion's tip when few layers are left and none is announced.</summary>
    public Hash256? NextTip(PorChainView view, uint slot)
    {
        if (!view.TryOnion(slot, out OnionState state) || !state.NextTip.IsZero
            || view.Parameter(LayersParameter) is not { BitLength: <= 25, IsZero: false } layers
            || view.Parameter(RenewBelowParameter) is not { } renewBelow || state.LayersLeft >= renewBelow)
        {
            return null;
        }

        uint renewal = state.Renewals + 1;
        if (_next is null || _nextRenewal != renewal || _next.Layers != layers.L0)
        {
            (_next, _nextRenewal) = (new KeccakOnion(KeccakOnion.Seed(signer, renewal), (uint)layers.L0), renewal);
        }

        return _next.Tip;
    }

    // How many layers an onion had when it was registered, nobody says; walking up from the seed finds the layer that is open.
    private Anchored? Anchor(OnionState state)
    {
        if (_foreignTip == state.Tip) return null;
        Hash256 seed = KeccakOnion.Seed(signer, state.Renewals);
        Hash256 value = seed;
        for (uint layers = 0; layers <= MaxLayers; layers++)
        {
            if (value == state.Tip && layers > 0) return new Anchored(state.Renewals, new KeccakOnion(seed, layers), state.Counter + 1 - state.Hashes);
            value = Keccak256.Hash(value.Bytes);
        }

        _foreignTip = state.Tip;
        return null;
    }

    /// <summary>The onion inside of the layer that was open when it was found.</summary>
    /// <param name="Opened">Depth of that layer from the registered tip.</param>
    private sealed record Anchored(uint Renewal, KeccakOnion Onion, uint Opened)
    {
        public Hash256? Reveal(OnionState state)
        {
            long depth = (long)state.Counter + 1 - Opened;
            return depth > 0 && depth <= Onion.Layers ? Onion.Open((uint)depth) : null;
        }
    }
}
