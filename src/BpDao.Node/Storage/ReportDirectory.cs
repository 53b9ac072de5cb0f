using BpDao.Consensus;
using Microsoft.Extensions.Logging;

namespace BpDao.Node.Storage;

/// <summary>What alarms leave for people: files in <c>reports</c> beside the database, made when the first one comes. The first of a name stays, and
/// there is an end to them.</summary>
internal sealed class ReportDirectory(string path, ILogger<ReportDirectory> logger) : IReportStore
{
    public const int MaxFiles = 64;

    private readonly Lock _lock = new();

    public void Keep(string name, ReadOnlyMemory<byte> content)
    {
        if (name != Path.GetFileName(name)) throw new ArgumentException($"'{name}' is no file name.", nameof(name));
        lock (_lock)
        {
            try
            {
                Directory.CreateDirectory(path);
                string file = Path.Combine(path, name);
                if (File.Exists(file) || Directory.EnumerateFiles(path).Take(MaxFiles).Count() == MaxFiles) return;
                File.WriteAllBytes(file, content.Span);
                logger.LogCritical("A report for you to read: {File}", file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The disk may be what is wrong; the alarm itself is in the log.
                logger.LogError(e, "The report {Name} could not be written", name);
            }
        }
    }
}
