using System.Runtime.CompilerServices;

namespace BpDao.Core;

/// <summary>Keccak-256 of bytes that come in pieces. The digest can be taken at any time and the hasher goes on after it, as the MACs of
/// RLPx need it.</summary>
/// <remarks>A mutable struct: a copy is a fork of the running hash. <c>default</c> has absorbed nothing.</remarks>
public struct KeccakHasher
{
    private State _state;
    private int _position;

    /// <summary>Absorbs more bytes.</summary>
    public void Update(ReadOnlySpan<byte> bytes)
    {
        Span<ulong> state = _state;
        while (!bytes.IsEmpty)
        {
            if ((_position & 7) == 0 && bytes.Length >= 8)
            {
                int whole = Math.Min(bytes.Length, Keccak256.Rate - _position) & ~7;
                Keccak256.AbsorbLanes(state[(_position / 8)..], bytes[..whole]);
                _position += whole;
                bytes = bytes[whole..];
            }
            else
            {
                state[_position / 8] ^= (ulong)bytes[0] << (8 * (_position & 7));
                _position++;
                bytes = bytes[1..];
            }

            if (_position != Keccak256.Rate) continue;
            Keccak256.Permute(state);
            _position = 0;
        }
    }

    /// <summary>Writes the 32 bytes of keccak256 of everything absorbed so far, and changes nothing.</summary>
    public readonly void Digest(Span<byte> output)
    {
        State copy = _state;
        Span<ulong> state = copy;
        // The bytes of an unfinished lane are in the state already: only the padding is missing, at its place in that lane.
        state[_position / 8] ^= 1UL << (8 * (_position & 7));
        state[(Keccak256.Rate / 8) - 1] ^= 1UL << 63;
        Keccak256.Squeeze(state, output);
    }

    /// <summary>keccak256 of everything absorbed so far; changes nothing.</summary>
    public readonly Hash256 Digest()
    {
        Span<byte> output = stackalloc byte[Hash256.Size];
        Digest(output);
        return new Hash256(output);
    }

    /// <summary>Forgets everything absorbed.</summary>
    public void Reset() => this = default;

    [InlineArray(Keccak256.Lanes)]
    private struct State
    {
        private ulong _lane;
    }
}
