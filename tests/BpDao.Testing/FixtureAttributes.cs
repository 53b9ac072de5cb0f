using Xunit;

namespace BpDao.Testing;

/// <summary>A fact over an archive of official vectors; skipped, with the reason, where the archive is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FixtureFactAttribute : FactAttribute
{
    public FixtureFactAttribute(params string[] archives) => Skip = FixtureSkip.Reason(archives);
}

/// <summary>A theory over an archive of official vectors; skipped, with the reason, where the archive is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FixtureTheoryAttribute : TheoryAttribute
{
    public FixtureTheoryAttribute(params string[] archives) => Skip = FixtureSkip.Reason(archives);
}

internal static class FixtureSkip
{
    public static string? Reason(string[] archives) =>
        archives.FirstOrDefault(a => !Fixtures.Has(a)) is { } missing ? $"{missing} is not here (set BPDAO_FIXTURES)" : null;
}
