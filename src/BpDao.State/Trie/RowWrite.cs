namespace BpDao.State.Trie;

/// <summary>A row goes from one content to another; null is no row.</summary>
internal readonly record struct RowWrite(byte[] Key, byte[]? Before, byte[]? After);
