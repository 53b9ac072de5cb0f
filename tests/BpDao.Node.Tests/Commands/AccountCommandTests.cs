using System.Collections;
using BpDao.Node.Commands;
using Xunit;

namespace BpDao.Node.Tests.Commands;

/// <summary>Key files by the command line.</summary>
public sealed class AccountCommandTests : IDisposable
{
    private const string Key = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    private const string Account = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";

    private readonly string _directory = Directory.CreateTempSubdirectory().FullName;

    private readonly string _files = Directory.CreateTempSubdirectory().FullName;

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        Directory.Delete(_files, recursive: true);
    }

    [Fact]
    public async Task An_imported_key_is_listed_and_not_taken_twice()
    {
        string keyFile = File("key", Key), password = File("password", "secret\n");

        (int code, string output, _) = await RunAsync("account", "import", keyFile, "--datadir", _directory, "--password-file", password);

        Assert.Equal(0, code);
        string written = output.Split(' ')[1].Trim();
        Assert.StartsWith(Account, output, StringComparison.Ordinal);
        Assert.DoesNotContain(Key[2..], await System.IO.File.ReadAllTextAsync(written), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(written));
        Assert.Equal($"{Account} {written}", (await RunAsync("account", "list", "--datadir", _directory)).Output.Trim());
        (code, _, string errors) = await RunAsync("account", "import", keyFile, "--datadir", _directory, "--password-file", password);
        Assert.Equal(2, code);
        Assert.Contains("has a key file of", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_key_asks_for_its_password()
    {
        (int code, string output, string errors) = await RunAsync("account", "new", "--keystore", _directory);

        Assert.Equal(0, code);
        Assert.Equal("Password: ", errors);
        Assert.Single(Directory.GetFiles(_directory));
        Assert.Contains(output.Split(' ')[0][2..], Directory.GetFiles(_directory)[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--datadir or --keystore: missing", "account", "new")]
    [InlineData("want one file", "account", "import", "--keystore", "k")]
    [InlineData("/none", "account", "import", "/none", "--keystore", "k")]
    public async Task What_cannot_be_used_is_refused(string message, params string[] arguments)
    {
        (int code, string output, string errors) = await RunAsync(arguments);

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains(message, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistyped_key_is_refused_and_not_shown()
    {
        (int code, _, string errors) = await RunAsync("account", "import", File("key", Key[..^1]), "--keystore", _directory);

        Assert.Equal(2, code);
        Assert.DoesNotContain(Key[2..20], errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_names_a_missing_key_and_a_wrong_password()
    {
        string password = File("password", "secret"), wrong = File("wrong", "guess"), chain = Path.Combine(Testing.Repository.Root, "chainspec", "solo.json");
        string[] run = ["run", "--datadir", Path.Combine(_directory, "data"), "--chain", chain, "--keystore", _directory, "--http.port", "0", "--account", Account];

        Assert.Contains("has no key file of", (await RunAsync([.. run, "--password-file", password])).Errors, StringComparison.Ordinal);
        await RunAsync("account", "import", File("key", Key), "--keystore", _directory, "--password-file", password);
        Assert.Contains("wrong password", (await RunAsync([.. run, "--password-file", wrong])).Errors, StringComparison.Ordinal);
    }

    private string File(string name, string content)
    {
        string path = Path.Combine(_files, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(), errors = new();
        using StringReader input = new("secret\n");
        int code = await CommandTable.RunAsync(arguments, new CommandConsole(output, errors, input, IsTerminal: false, new Hashtable()), CancellationToken.None);
        return (code, output.ToString(), errors.ToString());
    }
}
