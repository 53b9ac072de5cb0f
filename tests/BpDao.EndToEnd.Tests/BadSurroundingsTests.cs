using System.Net;
using System.Net.Sockets;
using Xunit;

namespace BpDao.EndToEnd.Tests;

/// <summary>What the operator gets wrong: exit code 2, one line that says what and where, nothing changed.</summary>
public sealed class BadSurroundingsTests
{
    [Fact]
    public async Task Refuses_a_data_directory_that_is_none()
    {
        using TemporaryDirectory temporary = new();
        await File.WriteAllTextAsync(temporary["file"], "not a directory");

        await AssertRefusedAsync($"data directory '{temporary["file"]}' cannot be used", "devnet", "--datadir", temporary["file"], "--http.port", "0");
        await AssertRefusedAsync("cannot be used", "devnet", "--datadir", "/proc/none", "--http.port", "0");
        Assert.Equal("not a directory", await File.ReadAllTextAsync(temporary["file"]));
    }

    [Fact]
    public async Task Refuses_a_data_directory_in_use()
    {
        using TemporaryDirectory data = new();
        await using BpDaoProcess first = await BpDaoProcess.StartDevnetAsync("--datadir", data.Path);

        await AssertRefusedAsync($"data directory '{data.Path}' is in use by another process", "devnet", "--datadir", data.Path, "--http.port", "0");

        await first.ReadBlockAsync();
    }

    [Fact]
    public async Task Refuses_a_port_in_use()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;

        await AssertRefusedAsync($"cannot listen on 127.0.0.1:{port}", "devnet", "--http.port", $"{port}");
    }

    [Fact]
    public async Task Refuses_another_chain_in_the_same_directory()
    {
        using TemporaryDirectory data = new();
        string chain(string name) => Path.Combine(Testing.Repository.Root, "chainspec", name + ".json");
        Assert.Equal(0, (await BpDaoProcess.RunAsync("init", "--datadir", data.Path, "--chain", chain("solo"))).Code);

        await AssertRefusedAsync("the database holds another chain", "init", "--datadir", data.Path, "--chain", chain("devnet"));
        Assert.Equal(0, (await BpDaoProcess.RunAsync("init", "--datadir", data.Path, "--chain", chain("solo"))).Code);
    }

    [Theory]
    [InlineData("--unknown: no such option", "devnet", "--unknown", "1")]
    [InlineData("--blocks: wants a value", "devnet", "--blocks")]
    [InlineData("--http.port: 'x': want a whole number from 0 to 65535", "devnet", "--http.port", "x")]
    [InlineData("--producers: '0': want a whole number from 1 to 64", "devnet", "--producers", "0")]
    [InlineData("exclude --chain", "devnet", "--producers", "2", "--chain", "x.json")]
    [InlineData("http.api: there is no namespace 'evil'", "devnet", "--http.api", "eth,evil", "--http.port", "0")]
    [InlineData("http.host: 'nowhere': want an IP address", "devnet", "--http.host", "nowhere")]
    [InlineData("unexpected argument 'more'", "devnet", "more")]
    [InlineData("no such command 'dance'", "dance")]
    [InlineData("/none.json", "devnet", "--chain", "/none.json", "--http.port", "0")]
    [InlineData("--datadir: missing", "run")]
    [InlineData("--template: missing", "genesis", "build", "--out", "x")]
    public Task Refuses_what_it_does_not_understand(string message, params string[] arguments) => AssertRefusedAsync(message, arguments);

    private static async Task AssertRefusedAsync(string message, params string[] arguments)
    {
        (int code, string output, string errors) = await BpDaoProcess.RunAsync(arguments);

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.StartsWith("bpdao: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors);
    }
}
