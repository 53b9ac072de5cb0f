using BpDao.Db;
using BpDao.State;

namespace BpDao.Blockchain;

/// <summary>Tells a store that cannot be relied on any more from a bug.</summary>
public static class StoreFault
{
    /// <summary>The disk failed, or what is on it is damaged: the node must not go on.</summary>
    public static bool Is(Exception fault) => fault is DbException or ChainCorruptException or StateCorruptException;
}
