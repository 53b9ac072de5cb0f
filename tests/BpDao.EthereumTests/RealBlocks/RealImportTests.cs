using System.Collections;
using System.IO.Compression;
using BpDao.Blockchain.Archives;
using BpDao.Core;
using BpDao.Node.Commands;
using BpDao.Testing;
using Xunit;

namespace BpDao.EthereumTests.RealBlocks;

/// <summary>The first blocks of real networks through <c>bpdao import</c>, from geth's genesis file: proofs of work, ommers, rewards and
/// every state root.</summary>
public sealed class RealImportTests : IDisposable
{
    private const string Archive = "real-era1.zip", Genesis = "real-mainnet.zip";
    private const int Blocks = 200;

    private readonly string _directory = Directory.CreateTempSubdirectory("bpdao-import-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [FixtureTheory(Archive, Genesis)]
    [InlineData("mainnet")]
    [InlineData("sepolia")]
    public async Task A_network_begins_as_it_did(string network)
    {
        Hash256 last = WriteFirstBlocks(network);
        WriteGenesis(network);

        (int code, string output, string errors) = await RunAsync("import", At("first.rlp"), "--datadir", At("node"), "--chain", At("genesis.json"));
        Assert.True(code == 0, errors);
        Assert.StartsWith($"{Blocks - 1} blocks imported, 1 were there already", output, StringComparison.Ordinal);
        Assert.Contains($"head {Blocks - 1} {last}", output, StringComparison.Ordinal);

        (code, _, errors) = await RunAsync("export", At("first.era1"), "--datadir", At("node"));
        Assert.True(code == 0, errors);
        (code, output, errors) = await RunAsync("import", At("first.era1"), "--datadir", At("node"));
        Assert.True(code == 0, errors);
        Assert.StartsWith($"0 blocks imported, {Blocks} were there already", output, StringComparison.Ordinal);
    }

    [FixtureFact(Archive, Genesis)]
    public async Task The_other_networks_blocks_are_refused()
    {
        WriteFirstBlocks("mainnet");
        WriteGenesis("sepolia");

        (int code, _, string errors) = await RunAsync("import", At("first.rlp"), "--datadir", At("node"), "--chain", At("genesis.json"));

        Assert.Equal(2, code);
        Assert.EndsWith("it is of another network\n", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("node/db")));
    }

    private string At(string name) => Path.Combine(_directory, name);

    private void WriteGenesis(string network)
    {
        using ZipArchive zip = Fixtures.Open(Genesis);
        zip.GetEntry($"genesis/{network}.json")!.ExtractToFile(At("genesis.json"));
    }

    private Hash256 WriteFirstBlocks(string network)
    {
        using ZipArchive zip = Fixtures.Open(Archive);
        using Stream stored = zip.Entries.Single(e => e.FullName.StartsWith($"{network}-00000-", StringComparison.Ordinal)).Open();
        MemoryStream content = new();
        stored.CopyTo(content);
        content.Position = 0;
        Assert.True(BlockArchive.TryOpen(content, out BlockArchive? archive, out string? fault), fault);
        using FileStream file = File.Create(At("first.rlp"));
        Hash256 last = default;
        for (int i = 0; i < Blocks && archive.TryReadNext(out ArchivedBlock? block, out fault); i++)
        {
            file.Write(BlockCodec.Encode(block.Decode()!));
            last = block.Header.Hash;
        }

        archive.Dispose();
        return last;
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, errors = new() { NewLine = "\n" };
        using StringReader input = new("");
        int code = await CommandTable.RunAsync(arguments, new CommandConsole(output, errors, input, IsTerminal: false, new Hashtable()), CancellationToken.None);
        return (code, output.ToString(), errors.ToString());
    }
}
