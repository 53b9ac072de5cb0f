namespace BpDao.Contracts.Tests.Economy;

/// <summary>Where the pay of those who did not vote for the block goes (protocol rule 5.4).</summary>
internal enum AbsentShare
{
    Authors,
    Burn,
    Winners,
}

/// <summary>The numbers of section 5 that a case sets, as shares.</summary>
internal sealed record ExactTerms
{
    /// <summary>REP for each coin.</summary>
    public Fraction MintingRatio { get; init; } = 1;

    public Fraction Stake { get; init; } = new(1, 100);

    public Fraction Binding { get; init; } = 1;

    public Fraction Includer { get; init; } = new(2, 100);

    public Fraction LateShare { get; init; } = new(3, 4);

    public Fraction AuthorShare { get; init; } = new(1, 10);

    public Fraction MissPenalty { get; init; } = 1;

    public AbsentShare AbsentShare { get; init; }

    /// <summary>K.</summary>
    public int LateWindow { get; init; } = 4;
}
