using System.Collections;
using BpDao.Node.Commands;
using BpDao.Node.Storage;
using Xunit;

namespace BpDao.Node.Tests.Commands;

/// <summary><c>bpdao devnet --processes 4 --prepare</c>, as a composition of containers runs it at each start.</summary>
public sealed class DevnetPreparationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bpdao-prepare-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_is_prepared_can_be_prepared_again_while_its_nodes_run()
    {
        Assert.Equal((0, ""), await PrepareAsync());
        string key = await File.ReadAllTextAsync(Path.Combine(_folder, "node2", "nodekey"));

        using DataDirectory running = DataDirectory.Open(Path.Combine(_folder, "node2"));

        Assert.Equal((0, ""), await PrepareAsync());
        Assert.Equal(key, await File.ReadAllTextAsync(running.Combine("nodekey")));
    }

    [Fact]
    public async Task Nodes_that_cannot_know_each_other_s_ports_are_refused()
    {
        (int code, string errors) = await PrepareAsync("--port", "0");

        Assert.Equal(2, code);
        Assert.StartsWith("bpdao: --port: 0", errors, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Errors)> PrepareAsync(params string[] more)
    {
        StringWriter errors = new();
        CommandConsole console = new(new StringWriter(), errors, TextReader.Null, IsTerminal: false, new Hashtable());
        int code = await CommandTable.RunAsync(["devnet", "--processes", "4", "--prepare", "--datadir", _folder, .. more], console, CancellationToken.None);
        return (code, errors.ToString());
    }
}
