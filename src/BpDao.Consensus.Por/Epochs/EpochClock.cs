using BpDao.Core;

namespace BpDao.Consensus.Por.Epochs;

/// <summary>Which epoch a height belongs to (protocol rule 2.7): epoch(h) = e0 + (h − h0) / length.</summary>
/// <param name="FirstHeight">h0.</param>
/// <param name="FirstEpoch">e0.</param>
/// <param name="Length">E in blocks, above zero.</param>
public readonly record struct EpochClock(ulong FirstHeight, ulong FirstEpoch, ulong Length)
{
    /// <summary>What holds when no contract has ever said.</summary>
    public static EpochClock Default { get; } = new(1, 0, 64);

    public ulong EpochOf(ulong height) => FirstEpoch + ((height - FirstHeight) / Length);

    /// <summary>From 0.</summary>
    public ulong PositionOf(ulong height) => (height - FirstHeight) % Length;

    /// <summary>Whether a height may be of that epoch: where this clock runs it is of one. What ran below its start no state remembers (the clock is
    /// re-anchored when the length changes), only that it was before e0.</summary>
    public bool CanBeOf(ulong height, ulong epoch) => height >= FirstHeight ? epoch == EpochOf(height) : epoch < FirstEpoch;

    public byte[] Encode() => new RlpWriter(32).StartList().Write(FirstHeight).Write(FirstEpoch).Write(Length).EndList().ToArray();

    /// <exception cref="InvalidDataException">The node's own record is damaged.</exception>
    public static EpochClock Decode(ReadOnlySpan<byte> encoded)
    {
        RlpReader outer = new(encoded);
        return outer.TryReadList(out RlpReader r) && r.TryReadUInt64(out ulong height) && r.TryReadUInt64(out ulong epoch)
            && r.TryReadUInt64(out ulong length) && r.AtEnd && length > 0
            ? new EpochClock(height, epoch, length)
            : throw new InvalidDataException("The engine's record of the epoch clock is damaged.");
    }
}
