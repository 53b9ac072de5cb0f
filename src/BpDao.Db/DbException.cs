namespace BpDao.Db;

/// <summary>The disk or the database on it failed: full, unreadable, corrupt. Nothing a node can go on with.</summary>
public sealed class DbException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A database directory cannot be used. The message is one line for the operator and names the directory.</summary>
public sealed class DbOpenException(string message, Exception? inner = null) : Exception(message, inner);
