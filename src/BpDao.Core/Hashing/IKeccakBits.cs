using System.Diagnostics.CodeAnalysis;

namespace BpDao.Core;

/// <summary>What the rounds of Keccak-f do with lanes. A lane is the 64 bits of one state, or a vector with those of several states,
/// each on its own.</summary>
/// <remarks>Static members on plain values and few, larger steps: with operators on a wrapper the JIT runs into its limit of locals and
/// leaves calls in the rounds (measured: a third slower).</remarks>
internal interface IKeccakBits<TLane>
{
    static abstract TLane Xor(TLane a, TLane b);

    /// <summary>a ^ b ^ c ^ d ^ e: the parity of a column, step θ.</summary>
    static abstract TLane Parity(TLane a, TLane b, TLane c, TLane d, TLane e);

    /// <summary>a ^ (b rotated left by one): what two parities add to the column between them, step θ.</summary>
    static abstract TLane Spread(TLane a, TLane b);

    /// <summary>(a ^ b) rotated left: the end of step θ and step ρ.</summary>
    static abstract TLane Turn(TLane a, TLane b, [ConstantExpected] byte bits);

    /// <summary>a ^ (~b &amp; c), step χ.</summary>
    static abstract TLane Chi(TLane a, TLane b, TLane c);

    /// <summary>The same 64 bits for every state.</summary>
    static abstract TLane Broadcast(ulong bits);
}
