using BpDao.Core;

namespace BpDao.Node.Commands.Conformance;

/// <summary>keccak256 of the RLP of all logs, by which official tests name them.</summary>
internal static class LogsHash
{
    public static Hash256 Of(IReadOnlyList<LogEntry> logs)
    {
        RlpWriter writer = new();
        writer.StartList();
        foreach (LogEntry log in logs)
        {
            writer.StartList().Write(log.Address).StartList();
            foreach (Hash256 topic in log.Topics) writer.Write(topic);
            writer.EndList().Write(log.Data.Span).EndList();
        }

        writer.EndList();
        return Keccak256.Hash(writer.WrittenSpan);
    }
}
