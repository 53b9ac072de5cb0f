using BpDao.Core;
using BpDao.State.Ranges;

namespace BpDao.State;

/// <summary>A slot of storage as the trie has it.</summary>
/// <param name="Hash">Of the slot's number.</param>
/// <param name="Digits">The value, big-endian without leading zeros; empty is no slot.</param>
public readonly record struct HashedSlot(Hash256 Hash, byte[] Digits)
{
    /// <summary>Takes a slot out of its leaf in the trie. False when the leaf holds no value of a slot.</summary>
    public static bool TryRead(in Leaf leaf, out HashedSlot slot)
    {
        RlpReader r = new(leaf.Value.Span);
        bool ok = r.TryReadBytes(out ReadOnlySpan<byte> digits) && r.AtEnd && digits.Length is > 0 and <= UInt256.Size && digits[0] != 0;
        slot = ok ? new HashedSlot(leaf.Key, digits.ToArray()) : default;
        return ok;
    }
}
