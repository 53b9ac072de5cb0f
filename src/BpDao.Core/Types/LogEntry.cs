namespace BpDao.Core;

/// <summary>One event: what LOG0–LOG4 leave behind.</summary>
public sealed record LogEntry(Address Address, IReadOnlyList<Hash256> Topics, ReadOnlyMemory<byte> Data);
