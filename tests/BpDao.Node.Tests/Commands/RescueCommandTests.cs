using System.Collections;
using BpDao.Consensus.Por;
using BpDao.Consensus.Por.Epochs;
using BpDao.Core;
using BpDao.Node.Commands;
using BpDao.Specs;
using BpDao.Testing;
using Xunit;

namespace BpDao.Node.Tests.Commands;

/// <summary>Two of the devnet's four operators make and sign an agreement; their nodes stand at genesis.</summary>
public sealed class RescueCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("bpdao-rescue-").FullName;
    private readonly IReadOnlyList<string> _accounts;

    public RescueCommandTests()
    {
        string chain = Repository.PathOf("chainspec", "devnet.json");
        if (!ChainSpecFile.TryLoad(chain, out ChainSpec? spec, out string? error)) throw new InvalidOperationException(error);
        if (!PorParameters.TryRead(spec.EngineParameters, out PorParameters? parameters, out error)) throw new InvalidOperationException(error);
        _accounts = [.. parameters.Bench.Members.Select(m => new Address(m.Key.Span).ToString())];
    }

    private string Agreement => Path.Combine(_directory, "agreement.json");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task It_is_made_once_and_signed_until_more_than_two_thirds_of_the_rest_have()
    {
        (int code, string output, _) = await RescueAsync(0, "--lost", "3,2", "--until-epoch", "6");
        Assert.Equal(0, code);
        Assert.Contains("without slots 2, 3; signed by 0\n", output, StringComparison.Ordinal);
        Assert.Contains("Not enough yet: signed by 50 % of the weight that is left", output, StringComparison.Ordinal);

        (code, output, _) = await RescueAsync(1);
        Assert.Equal(0, code);
        Assert.Contains($"All operators start with --por.rescue {Agreement} now.", output, StringComparison.Ordinal);
        Assert.True(RescueFile.TryParse(File.ReadAllText(Agreement), out BenchRescue? rescue, out _));
        Assert.Equal([2u, 3u], rescue.Lost);
        Assert.Equal((0ul, 0ul, 6ul), (rescue.Height, rescue.Epoch, rescue.UntilEpoch));
    }

    [Theory]
    [InlineData(0, "--lost: missing; it makes a new file")]
    [InlineData(0, "--until-epoch: missing", "--lost", "2,3")]
    [InlineData(0, "lost: 'two': slots separated by commas are wanted", "--lost", "two")]
    [InlineData(2, "is not among those that are left", "--lost", "2,3", "--until-epoch", "6")]
    public async Task What_cannot_be_an_agreement_is_refused_in_one_line(int slot, string error, params string[] more)
    {
        (int code, _, string said) = await RescueAsync(slot, more);
        Assert.Equal(2, code);
        Assert.Contains(error, said, StringComparison.Ordinal);
        Assert.Single(said.TrimEnd().Split('\n'));
        Assert.False(File.Exists(Agreement));
    }

    [Fact]
    public async Task An_agreement_about_another_block_is_not_signed()
    {
        BenchRescue other = new(0, Keccak256.Hash("another chain"u8), 0, 6, [2, 3], []);
        File.WriteAllText(Agreement, RescueFile.Format(other));
        (int code, _, string said) = await RescueAsync(0);
        Assert.Equal(2, code);
        Assert.Contains("does not have block 0", said, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Error)> RescueAsync(int slot, params string[] more)
    {
        string data = Path.Combine(_directory, $"node{slot}");
        Assert.Equal(0, (await RunAsync("init", "--datadir", data, "--chain", Repository.PathOf("chainspec", "devnet.json"))).Code);
        return await RunAsync(["rescue", Agreement, "--datadir", data, "--account", _accounts[slot], .. more]);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        CommandConsole console = new(output, error, TextReader.Null, IsTerminal: false, new Hashtable());
        int code = await CommandTable.RunAsync(arguments, console, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
