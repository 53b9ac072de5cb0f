namespace BpDao.State.Tables;

/// <summary>What all views of a store share.</summary>
internal sealed class StateCaches(StateOptions options)
{
    public ContentCache Nodes { get; } = new(options.NodeCacheBytes);

    public ContentCache Code { get; } = new(options.CodeCacheBytes);
}
