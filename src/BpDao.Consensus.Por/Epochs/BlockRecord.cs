using BpDao.Core;

namespace BpDao.Consensus.Por.Epochs;

/// <summary>What the node remembers of a committed block beside the block itself, so that no rule needs a call on an old state.</summary>
/// <param name="Position">In its epoch, from 0.</param>
/// <param name="Producer">Slot of the first proposer.</param>
/// <param name="Round">Of the first proposal.</param>
/// <param name="SafeMode">Transaction 0 failed (protocol rule 2.8).</param>
/// <param name="Withdrawals">On the chain up to and with this block: the next one's index (protocol rule 2.2).</param>
public sealed record BlockRecord(ulong Epoch, ulong Position, uint Producer, uint Round, bool SafeMode, ulong Withdrawals)
{
    /// <summary>Genesis stands before the first position of epoch 0.</summary>
    public static BlockRecord Genesis { get; } = new(0, 0, 0, 0, false, 0);

    public byte[] Encode() => new RlpWriter(32).StartList()
        .Write(Epoch).Write(Position).Write((ulong)Producer).Write((ulong)Round).Write(SafeMode ? 1UL : 0UL).Write(Withdrawals)
        .EndList().ToArray();

    /// <exception cref="InvalidDataException">The node's own record is damaged.</exception>
    public static BlockRecord Decode(ReadOnlySpan<byte> encoded)
    {
        RlpReader outer = new(encoded);
        return outer.TryReadList(out RlpReader r) && r.TryReadUInt64(out ulong epoch) && r.TryReadUInt64(out ulong position)
            && r.TryReadUInt64(out ulong producer) && r.TryReadUInt64(out ulong round) && r.TryReadUInt64(out ulong safeMode)
            && r.TryReadUInt64(out ulong withdrawals) && r.AtEnd
            ? new BlockRecord(epoch, position, (uint)producer, (uint)round, safeMode == 1, withdrawals)
            : throw new InvalidDataException("A block record of the engine is damaged.");
    }
}
