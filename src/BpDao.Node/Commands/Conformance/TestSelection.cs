namespace BpDao.Node.Commands.Conformance;

/// <summary>Which tests of a file are wanted; all of them by default.</summary>
/// <param name="Fork">Only this fork or transition, under any of its names.</param>
/// <param name="Filter">Only tests whose name contains this.</param>
/// <param name="Shard">Only tests of this share.</param>
internal sealed record TestSelection(string? Fork = null, string? Filter = null, TestShard? Shard = null)
{
    public static TestSelection All { get; } = new();

    public bool WantsName(string name) =>
        (Filter is null || name.Contains(Filter, StringComparison.Ordinal)) && (Shard is not { } shard || shard.Contains(name));

    public bool WantsFork(string fork) => Fork is null || ForkNames.AreSame(Fork, fork);
}
