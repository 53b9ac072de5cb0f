using System.Collections;
using BpDao.Node.Commands;
using Xunit;

namespace BpDao.Node.Tests.Commands;

/// <summary>A script must see that what it asked for was not done to the end.</summary>
public sealed class CancelledCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_command_that_a_signal_stops_ends_with_130()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "test.json"), "{}");
        StringWriter output = new(), errors = new();
        CommandConsole console = new(output, errors, TextReader.Null, IsTerminal: false, new Hashtable());

        int code = await CommandTable.RunAsync(["statetest", _folder], console, new CancellationToken(canceled: true));

        Assert.Equal((130, "", ""), (code, output.ToString(), errors.ToString()));
    }

    [Fact]
    public void Only_run_and_devnet_end_in_order_on_a_signal() =>
        Assert.Equal(["devnet", "run"], CommandTable.All.Where(c => c.RunsUntilStopped).Select(c => c.Name).Order(StringComparer.Ordinal));
}
