using BpDao.Core;
using BpDao.Testing;
using Xunit;

namespace BpDao.EthereumTests.Subset;

/// <summary>The part of the official tests that every run takes passes, and leaves out no fork and no precompiled contract.</summary>
public sealed class SubsetTests(SubsetRun run) : IClassFixture<SubsetRun>
{
    [FixtureTheory(SubsetRun.StateEest)]
    [InlineData(SubsetRun.StateEest, 2_000)]
    [InlineData(SubsetRun.StateCancun, 1_000)]
    [InlineData(SubsetRun.StateConstantinople, 500)]
    [InlineData(SubsetRun.BlocksEest, 1_500)]
    [InlineData(SubsetRun.BlocksLegacy, 250)]
    public void Its_share_of_each_archive_passes(string archive, int atLeast)
    {
        (int cases, IReadOnlyList<string> failures) = run.Of(archive);
        Assert.Empty(failures);
        Assert.True(cases >= atLeast, $"Only {cases} cases were found.");
    }

    [FixtureTheory(SubsetRun.StateEest)]
    [InlineData("Frontier")]
    [InlineData("Homestead")]
    [InlineData("EIP150")]
    [InlineData("EIP158")]
    [InlineData("Byzantium")]
    [InlineData("Constantinople")]
    [InlineData("ConstantinopleFix")]
    [InlineData("Istanbul")]
    [InlineData("Berlin")]
    [InlineData("London")]
    [InlineData("Paris")]
    [InlineData("Shanghai")]
    [InlineData("Cancun")]
    [InlineData("Prague")]
    [InlineData("Osaka")]
    [InlineData("FrontierToHomesteadAt5")]
    [InlineData("HomesteadToDaoAt5")]
    [InlineData("HomesteadToEIP150At5")]
    [InlineData("EIP158ToByzantiumAt5")]
    [InlineData("ByzantiumToConstantinopleFixAt5")]
    [InlineData("BerlinToLondonAt5")]
    [InlineData("ArrowGlacierToParisAtDiffC0000")]
    [InlineData("ParisToShanghaiAtTime15k")]
    [InlineData("ShanghaiToCancunAtTime15k")]
    [InlineData("CancunToPragueAtTime15k")]
    [InlineData("PragueToOsakaAtTime15k")]
    [InlineData("OsakaToBPO1AtTime15k")]
    [InlineData("BPO1ToBPO2AtTime15k")]
    public void It_covers_every_fork_and_every_transition(string fork) => Assert.Contains(fork, run.Forks);

    [FixtureTheory(SubsetRun.StateEest)]
    [InlineData(0x01, Fork.Frontier)]
    [InlineData(0x02, Fork.Frontier)]
    [InlineData(0x03, Fork.Frontier)]
    [InlineData(0x04, Fork.Frontier)]
    [InlineData(0x05, Fork.Byzantium)]
    [InlineData(0x06, Fork.Byzantium)]
    [InlineData(0x07, Fork.Byzantium)]
    [InlineData(0x08, Fork.Byzantium)]
    [InlineData(0x09, Fork.Istanbul)]
    [InlineData(0x0a, Fork.Cancun)]
    [InlineData(0x0b, Fork.Prague)]
    [InlineData(0x0c, Fork.Prague)]
    [InlineData(0x0d, Fork.Prague)]
    [InlineData(0x0e, Fork.Prague)]
    [InlineData(0x0f, Fork.Prague)]
    [InlineData(0x10, Fork.Prague)]
    [InlineData(0x11, Fork.Prague)]
    [InlineData(0x100, Fork.Osaka)]
    public void It_calls_every_precompiled_contract(uint number, Fork since) => Assert.True(run.Answered(number, since));
}
