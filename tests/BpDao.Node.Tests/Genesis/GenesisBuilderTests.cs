using System.Text;
using BpDao.Consensus.Por;
using BpDao.Core;
using BpDao.Node.Genesis;
using BpDao.Specs;
using BpDao.Testing;
using Xunit;

namespace BpDao.Node.Tests.Genesis;

/// <summary>Protocol rule 9.1 and ADR 0005: a network is a file, and its template gives the same file every time.</summary>
public sealed class GenesisBuilderTests
{
    [Theory]
    [InlineData("devnet")]
    [InlineData("solo")]
    public void A_committed_chainspec_is_what_its_template_builds(string name)
    {
        Assert.True(GenesisFile.TryBuild(Repository.PathOf("chainspec", "templates", name + ".json"), out ChainSpec? spec, out string? warning, out string? error), error);
        Assert.Null(warning);
        Assert.Equal(Encoding.UTF8.GetString(File.ReadAllBytes(Repository.PathOf("chainspec", name + ".json"))), Encoding.UTF8.GetString(ChainSpecFile.Format(spec)));
    }

    [Fact]
    public void The_written_file_reads_back_with_its_bench_and_its_hash()
    {
        Assert.True(ChainSpecFile.TryLoad(Repository.PathOf("chainspec", "devnet.json"), out ChainSpec? spec, out string? error), error);
        Assert.True(PorParameters.TryRead(spec.EngineParameters, out PorParameters? por, out error), error);
        Assert.Equal(4, por.Bench.Members.Count);
        Assert.Equal(10, por.PublishedAccounts.Count);
        Assert.Equal(24422UL, spec.ChainId);
        Assert.NotNull(spec.GenesisHash);
    }

    [Fact]
    public void A_devnet_may_have_another_number_of_producers_and_another_pace()
    {
        Assert.True(DevnetTemplate.TryBuild(7, 3, out ChainSpec? spec, out string? error), error);
        Assert.True(PorParameters.TryRead(spec.EngineParameters, out PorParameters? por, out error), error);
        Assert.Equal(7, por.Bench.Members.Count);
        Assert.NotEqual(spec.GenesisHash, DevnetTemplate.TryBuild(7, 2, out ChainSpec? faster, out _) ? faster.GenesisHash : null);
    }

    [Theory]
    [InlineData("\"rep\": \"25000000000000000000000000\"", "\"rep\": \"1\"", "engine.por.publishedProducers.bond: more than rep")]
    [InlineData("\"count\": 4", "\"count\": 0", "engine.por.publishedProducers.count: 0 is not in [1, 200]")]
    [InlineData("\"epochLength\": \"16\"", "\"epochLength\": \"7\"", "engine.por: Work refuses:")]
    [InlineData("\"epochLength\": \"16\"", "\"epochLenght\": \"16\"", "engine.por.parameters.epochLength: missing")]
    [InlineData("\"minBlockInterval\": \"1\"", "\"minBlockInterval\": \"1\", \"maxBlockInterval\": \"1\"", "engine.por.parameters.maxBlockInterval: unknown key")]
    [InlineData("\"por\": {", "\"paxos\": {", "engine.paxos: a template is for engine por")]
    public void An_unsound_template_is_refused_with_its_place(string from, string to, string expected)
    {
        string template = File.ReadAllText(Repository.PathOf("chainspec", "templates", "devnet.json"));
        Assert.Contains(from, template, StringComparison.Ordinal);
        string path = Path.Combine(Directory.CreateTempSubdirectory("bpdao").FullName, "template.json");
        File.WriteAllText(path, template.Replace(from, to, StringComparison.Ordinal));

        Assert.False(GenesisFile.TryBuild(path, out _, out _, out string? error));
        Assert.StartsWith($"{path}: {expected}", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }

    [Fact]
    public void Warns_when_the_first_year_can_mint_more_than_there_is()
    {
        string template = File.ReadAllText(Repository.PathOf("chainspec", "templates", "devnet.json"))
            .Replace("32000000000000000000000000", "320000000000000000000000000", StringComparison.Ordinal);
        Assert.True(ChainSpecFile.TryParse(Encoding.UTF8.GetBytes(template), needsGenesisHash: false, out ChainSpec? spec, out _));
        Assert.True(GenesisBuilder.TryBuild(spec, out _, out string? warning, out _));
        Assert.Contains("9.3", warning, StringComparison.Ordinal);
    }
}
