using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using BpDao.Core;

namespace BpDao.Consensus.Por.Blocks;

/// <summary>The 32 bytes of extra data (protocol rule 2.2): <c>version:1 ‖ epoch:4 ‖ round of first proposal:3 ‖ scheme:1 ‖ producer slot:3 ‖
/// graffiti:20</c>, big-endian.</summary>
/// <param name="Round">In which the block was first proposed; a proposal made again keeps it.</param>
/// <param name="Scheme">Certificate scheme of the network.</param>
/// <param name="Producer">The bond's slot.</param>
/// <param name="Graffiti">Twenty bytes that mean nothing; zeros when default.</param>
public readonly record struct PorExtraData(uint Epoch, uint Round, byte Scheme, uint Producer, Address Graffiti = default)
{
    public const int Size = 32;

    public const byte Version = 1;

    private const uint Max24Bits = (1 << 24) - 1;

    /// <exception cref="ArgumentOutOfRangeException">Round or producer needs more than 24 bits.</exception>
    public byte[] Encode()
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Round, Max24Bits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Producer, Max24Bits);
        byte[] bytes = new byte[Size];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), Epoch);
        Write24(bytes.AsSpan(5), Round);
        bytes[8] = Scheme;
        Write24(bytes.AsSpan(9), Producer);
        Graffiti.Bytes.CopyTo(bytes.AsSpan(12));
        return bytes;
    }

    /// <summary>False for another length or version.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out PorExtraData? extraData)
    {
        extraData = null;
        if (bytes.Length != Size || bytes[0] != Version) return false;
        extraData = new PorExtraData(
            BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]), Read24(bytes[5..]), bytes[8], Read24(bytes[9..]), new Address(bytes[12..]));
        return true;
    }

    private static void Write24(Span<byte> destination, uint value)
    {
        destination[0] = (byte)(value >> 16);
        destination[1] = (byte)(value >> 8);
        destination[2] = (byte)value;
    }

    private static uint Read24(ReadOnlySpan<byte> source) => ((uint)source[0] << 16) | ((uint)source[1] << 8) | source[2];
}
