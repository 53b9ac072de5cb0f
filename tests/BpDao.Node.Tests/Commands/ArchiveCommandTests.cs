using System.Collections;
using System.IO.Compression;
using BpDao.Blockchain.Archives;
using BpDao.Core;
using BpDao.Node.Commands;
using BpDao.Specs;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.Node.Tests.Commands;

public sealed class ArchiveCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("bpdao-archive-").FullName;
    private readonly byte[][] _blocks;
    private readonly Hash256 _head;

    public ArchiveCommandTests()
    {
        using TestChain chain = new();
        File.WriteAllBytes(At("net.json"), ChainSpecFile.Format(chain.Spec with { GenesisHash = chain.Tree.Genesis.Hash }));
        for (ulong nonce = 0; nonce < 6; nonce++) chain.Seal(Build.Transaction().WithNonce(nonce).Signed());
        _blocks = [.. Enumerable.Range(0, 7).Select(n => BlockCodec.Encode(chain.Tree.BlockByNumber((ulong)n)!))];
        _head = chain.Head.Hash;
        File.WriteAllBytes(At("all.rlp"), [.. _blocks.SelectMany(b => b)]);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_was_imported_is_exported_byte_for_byte()
    {
        (int code, string output, _) = await RunAsync("import", At("all.rlp"), "--datadir", At("node"), "--chain", At("net.json"));
        Assert.Equal(0, code);
        Assert.StartsWith("6 blocks imported, 1 were there already, in ", output, StringComparison.Ordinal);
        Assert.Contains($"head 6 {_head}", output, StringComparison.Ordinal);

        (code, output, _) = await RunAsync("export", At("out.rlp"), "--datadir", At("node"));
        Assert.Equal(0, code);
        Assert.Equal($"{At("out.rlp")}: blocks 0 to 6, {new FileInfo(At("all.rlp")).Length} bytes\n", output);
        Assert.Equal(File.ReadAllBytes(At("all.rlp")), File.ReadAllBytes(At("out.rlp")));

        Assert.Equal(0, (await RunAsync("export", At("part.rlp"), "--datadir", At("node"), "--from", "2", "--to", "3")).Code);
        Assert.Equal([.. _blocks[2], .. _blocks[3]], File.ReadAllBytes(At("part.rlp")));
    }

    [Fact]
    public async Task Folders_and_zips_are_taken_in_the_order_of_names()
    {
        Directory.CreateDirectory(At("folder"));
        File.WriteAllBytes(At("folder/2.rlp"), [.. _blocks[3], .. _blocks[4]]);
        File.WriteAllBytes(At("folder/1.rlp"), [.. _blocks[1], .. _blocks[2]]);
        File.WriteAllText(At("folder/notes.txt"), "nothing");
        ZipFile.CreateFromDirectory(At("folder"), At("blocks.zip"));

        Assert.Equal(0, (await RunAsync("import", At("blocks.zip/1"), "--datadir", At("node"), "--chain", At("net.json"))).Code);
        (int code, string output, string errors) = await RunAsync("import", At("folder"), At("blocks.zip"), "--datadir", At("node"));

        Assert.True(code == 0, errors);
        Assert.StartsWith("2 blocks imported, 6 were there already", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_imported_is_one_line_and_changes_nothing()
    {
        File.WriteAllBytes(At("cut.rlp"), File.ReadAllBytes(At("all.rlp"))[..^1]);
        File.WriteAllBytes(At("late.rlp"), _blocks[3]);
        File.WriteAllText(At("other.txt"), "no blocks");
        using TestChain other = new(new ChainSpecBuilder().Fund(Address.FromNumber(1), 1).Done());
        File.WriteAllBytes(At("other.rlp"), BlockCodec.Encode(other.Tree.BlockByNumber(0)!));

        await AssertRefusedAsync("no file is named", "import", "--datadir", At("node"));
        await AssertRefusedAsync("--datadir: missing", "import", At("all.rlp"));
        await AssertRefusedAsync($"'{At("none")}' does not exist", "import", At("none"), "--datadir", At("node"));
        await AssertRefusedAsync("cut.rlp: it is truncated: block 6 at", "import", At("all.rlp"), At("cut.rlp"), "--datadir", At("node"), "--chain", At("net.json"));
        await AssertRefusedAsync("other.txt: it is neither an era1 archive nor blocks in RLP", "import", At("other.txt"), "--datadir", At("node"));
        await AssertRefusedAsync("it is of another network", "import", At("other.rlp"), "--datadir", At("node"), "--chain", At("net.json"));
        await AssertRefusedAsync("block 3 does not follow the head, which is block 0", "import", At("late.rlp"), "--datadir", At("node"), "--chain", At("net.json"));
        Assert.False(Directory.Exists(At("node/db")));
    }

    [Fact]
    public async Task Every_file_is_verified_before_the_database_is_made()
    {
        using (FileStream file = File.Create(At("bad.era1")))
        {
            Era1Writer writer = new(file);
            foreach (byte[] encoded in _blocks)
            {
                Assert.True(BlockCodec.TryDecode(encoded, out Block? block));
                writer.Add(block!, [], default);
            }

            writer.Finish();
            // The last byte of the accumulator, before an index that is whole.
            file.Position = file.Length - 8 - ((_blocks.Length + 2) * 8) - 1;
            int last = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(last ^ 1));
        }

        await AssertRefusedAsync("bad.era1: its accumulator is ", "import", At("all.rlp"), At("bad.era1"), "--datadir", At("node"), "--chain", At("net.json"));
        Assert.False(Directory.Exists(At("node/db")));
    }

    [Fact]
    public async Task Other_forks_on_the_same_genesis_are_another_network()
    {
        Assert.Equal(0, (await RunAsync("import", At("all.rlp"), "--datadir", At("node"), "--chain", At("net.json"))).Code);
        byte[] kept = File.ReadAllBytes(At("node/chainspec.json"));
        Assert.True(ChainSpecFile.TryLoad(At("net.json"), out ChainSpec? spec, out string? error), error);
        ForkActivation later = new(Fork.Osaka, 0, 9_000_000_000);
        ForkSchedule forks = spec.Forks with { Activations = [.. spec.Forks.Activations.Where(a => a.Fork < Fork.Osaka), later] };
        File.WriteAllBytes(At("forked.json"), ChainSpecFile.Format(spec with { Forks = forks }));

        await AssertRefusedAsync("is not the network that", "import", At("all.rlp"), "--datadir", At("node"), "--chain", At("forked.json"));

        Assert.Equal(kept, File.ReadAllBytes(At("node/chainspec.json")));
        Assert.Equal(0, (await RunAsync("import", At("all.rlp"), "--datadir", At("node"), "--chain", At("net.json"))).Code);
    }

    [Fact]
    public async Task A_bad_block_says_what_was_kept()
    {
        byte[] bad = [.. File.ReadAllBytes(At("all.rlp"))];
        bad[_blocks[..5].Sum(b => b.Length) - 1] = 0xc1;
        File.WriteAllBytes(At("bad.rlp"), bad);

        (int code, _, string errors) = await RunAsync("import", At("bad.rlp"), "--datadir", At("node"), "--chain", At("net.json"));

        Assert.Equal(2, code);
        Assert.Matches("^bpdao: .*bad.rlp: block 4 0x[0-9a-f]{64}: its body is unreadable; the 3 blocks before are imported, the head is block 3\n$", errors);
    }

    [Fact]
    public async Task A_network_that_the_program_brings_is_found_by_its_name()
    {
        Assert.Equal(0, (await RunAsync("init", "--datadir", At("node"), "--chain", "solo")).Code);
        await AssertRefusedAsync("it is of another network", "import", At("all.rlp"), "--datadir", At("node"));
        await AssertRefusedAsync("nowhere", "init", "--datadir", At("other"), "--chain", "nowhere");
    }

    [Fact]
    public async Task What_cannot_be_exported_is_one_line_and_leaves_no_file()
    {
        await RunAsync("import", At("all.rlp"), "--datadir", At("node"), "--chain", At("net.json"));

        await AssertRefusedAsync("one file is to be named", "export", "--datadir", At("node"));
        await AssertRefusedAsync("does not exist", "export", At("x.rlp"), "--datadir", At("nowhere"));
        await AssertRefusedAsync("--from 0 --to 9: the head is block 6", "export", At("x.rlp"), "--datadir", At("node"), "--to", "9");
        await AssertRefusedAsync("to: '1': before --from 2", "export", At("x.rlp"), "--datadir", At("node"), "--from", "2", "--to", "1");
        await AssertRefusedAsync("an era1 file holds blocks of proof of work", "export", At("x.era1"), "--datadir", At("node"));
        await AssertRefusedAsync("is there already", "export", At("all.rlp"), "--datadir", At("node"));
        await AssertRefusedAsync("x.rlp' cannot be written", "export", At("nowhere/x.rlp"), "--datadir", At("node"));
        Assert.Empty(Directory.GetFiles(_directory, "x.*"));
        File.WriteAllText(At("x.rlp.partial"), "another's");
        await AssertRefusedAsync("x.rlp.partial' already exists", "export", At("x.rlp"), "--datadir", At("node"));
        Assert.Equal("another's", File.ReadAllText(At("x.rlp.partial")));
    }

    private string At(string name) => Path.Combine(_directory, name);

    private static async Task AssertRefusedAsync(string message, params string[] arguments)
    {
        (int code, string output, string errors) = await RunAsync(arguments);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd('\n').Split('\n'));
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, errors = new() { NewLine = "\n" };
        using StringReader input = new("");
        int code = await CommandTable.RunAsync(arguments, new CommandConsole(output, errors, input, IsTerminal: false, new Hashtable()), CancellationToken.None);
        return (code, output.ToString(), errors.ToString());
    }
}
