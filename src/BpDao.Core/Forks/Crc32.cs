namespace BpDao.Core;

/// <summary>The CRC-32 of IEEE 802.3 (reflected polynomial 0xedb88320), which fork ids are made of.</summary>
internal static class Crc32
{
    /// <summary>The sum of more bytes behind those that <paramref name="sum"/> is of; zero for none.</summary>
    public static uint Append(uint sum, ReadOnlySpan<byte> bytes)
    {
        uint crc = ~sum;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320 & (0u - (crc & 1)));
        }

        return ~crc;
    }
}
