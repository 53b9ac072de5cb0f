using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>A set of bond slots as certificates carry it (protocol rule 2.5): bit i is bit (i mod 8), least significant first, of byte
/// i / 8; no trailing zero byte, so a set has one encoding.</summary>
public sealed class SlotBitmap : IEquatable<SlotBitmap>
{
    /// <summary>Slots are below this (the contracts' limit).</summary>
    public const int MaxSlots = 4096;

    private readonly byte[] _bits;

    private SlotBitmap(byte[] bits) => _bits = bits;

    public static SlotBitmap Empty { get; } = new([]);

    public ReadOnlySpan<byte> Bytes => _bits;

    public bool IsEmpty => _bits.Length == 0;

    public int Count
    {
        get
        {
            int count = 0;
            foreach (byte b in _bits) count += BitOperations.PopCount(b);
            return count;
        }
    }

    /// <summary>False when too long or with a trailing zero byte.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SlotBitmap? bitmap)
    {
        bitmap = null;
        if (bytes.Length > MaxSlots / 8 || (bytes.Length > 0 && bytes[^1] == 0)) return false;
        bitmap = bytes.IsEmpty ? Empty : new SlotBitmap(bytes.ToArray());
        return true;
    }

    public static SlotBitmap Of(IEnumerable<uint> slots)
    {
        Span<byte> bits = stackalloc byte[MaxSlots / 8];
        bits.Clear();
        int length = 0;
        foreach (uint slot in slots)
        {
            bits[(int)(slot / 8)] |= (byte)(1 << (int)(slot % 8));
            length = Math.Max(length, (int)(slot / 8) + 1);
        }

        return length == 0 ? Empty : new SlotBitmap(bits[..length].ToArray());
    }

    public bool Contains(uint slot) => slot / 8 < (uint)_bits.Length && (_bits[slot / 8] & (1 << (int)(slot % 8))) != 0;

    /// <summary>Ascending.</summary>
    public uint[] Slots()
    {
        uint[] slots = new uint[Count];
        int n = 0;
        for (uint slot = 0; n < slots.Length; slot++)
        {
            if (Contains(slot)) slots[n++] = slot;
        }

        return slots;
    }

    public bool Intersects(SlotBitmap other)
    {
        for (int i = 0; i < Math.Min(_bits.Length, other._bits.Length); i++)
        {
            if ((_bits[i] & other._bits[i]) != 0) return true;
        }

        return false;
    }

    public SlotBitmap Union(SlotBitmap other)
    {
        byte[] longer = (_bits.Length >= other._bits.Length ? _bits : other._bits).ToArray();
        byte[] shorter = _bits.Length >= other._bits.Length ? other._bits : _bits;
        for (int i = 0; i < shorter.Length; i++) longer[i] |= shorter[i];
        return longer.Length == 0 ? Empty : new SlotBitmap(longer);
    }

    public bool Equals(SlotBitmap? other) => other is not null && Bytes.SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => Equals(obj as SlotBitmap);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(_bits);
        return hash.ToHashCode();
    }

    public override string ToString() => Hex.Encode(_bits);
}
