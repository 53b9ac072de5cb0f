namespace BpDao.Blockchain;

/// <summary>The database contradicts itself: something that was written with its block is not there, or is not what was written.</summary>
public sealed class ChainCorruptException(string message) : Exception(message);
