using System.Globalization;

namespace BpDao.Node.Commands.Bench.Blocks;

/// <summary>What the kernel counts for this process.</summary>
internal static class ProcessIo
{
    private const string Counters = "/proc/self/io", Line = "write_bytes: ";

    /// <summary>Bytes sent to the disk since the start; null where the system does not tell.</summary>
    public static long? BytesWritten()
    {
        if (!File.Exists(Counters)) return null;
        string? line = File.ReadLines(Counters).FirstOrDefault(l => l.StartsWith(Line, StringComparison.Ordinal));
        return line is null ? null : long.Parse(line[Line.Length..], CultureInfo.InvariantCulture);
    }
}
