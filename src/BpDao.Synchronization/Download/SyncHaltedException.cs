namespace BpDao.Synchronization;

/// <summary>What peers proved cannot be true together with what is committed here. The node stops, so that people look at it.</summary>
public sealed class SyncHaltedException(string report) : Exception(report);
