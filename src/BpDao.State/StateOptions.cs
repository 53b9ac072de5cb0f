namespace BpDao.State;

/// <summary>What an operator may choose about states.</summary>
/// <param name="RetainedBlocks">Blocks before the head whose states stay readable; null keeps all (<c>archive</c>).</param>
public sealed record StateOptions(ulong? RetainedBlocks)
{
    /// <summary>The last 128 blocks.</summary>
    public static StateOptions Default { get; } = new(128);

    public static StateOptions Archive { get; } = new((ulong?)null);

    /// <summary>Memory for trie nodes that are likely to be needed again, in bytes.</summary>
    public long NodeCacheBytes { get; init; } = 128L << 20;

    /// <summary>Memory for contract code that is likely to be needed again, in bytes.</summary>
    public long CodeCacheBytes { get; init; } = 32L << 20;
}
