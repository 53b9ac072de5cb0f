using Xunit;

namespace BpDao.Testing;

/// <summary>A fact over an archive of official vectors; skipped, with the reason, where the archive is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FixtureFactAttribute : FactAttribute
{
    public FixtureFactAttribute(string archive) => Skip = FixtureSkip.Reason(archive);
}

/// <summary>A theory over an archive of official vectors; skipped, with the reason, where the archive is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FixtureTheoryAttribute : TheoryAttribute
{
    public FixtureTheoryAttribute(string archive) => Skip = FixtureSkip.Reason(archive);
}

internal static class FixtureSkip
{
    public static string? Reason(string archive) => Fixtures.Has(archive) ? null : $"{archive} is not here (set BPDAO_FIXTURES)";
}
