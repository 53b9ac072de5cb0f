using BpDao.Node.Commands.Archives;
using BpDao.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace BpDao.Node.Tests.Commands;

public sealed class ImportProgressTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Without_a_terminal_there_is_a_line_every_two_seconds()
    {
        ImportProgress progress = new(_output, isTerminal: false, total: 110, _time);
        progress.AlreadyThere(10);
        for (ulong n = 10; n < 60; n++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            ulong height = n;
            progress.Imported(Build.Block().With(h => h with { Number = height, GasUsed = 1_000_000 }).Done());
        }

        Assert.Equal(
            "30 of 110 blocks, 27 %, height 29, 10 blocks/s, 10.00 Mgas/s, 0:00:08 left\n"
            + "50 of 110 blocks, 45 %, height 49, 10 blocks/s, 10.00 Mgas/s, 0:00:06 left\n",
            _output.ToString());
    }

    [Fact]
    public void On_a_terminal_one_line_is_written_over()
    {
        ImportProgress progress = new(_output, isTerminal: true, total: 4, _time);
        for (ulong n = 1; n <= 2; n++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            ulong height = n;
            progress.Imported(Build.Block().With(h => h with { Number = height }).Done());
        }

        progress.End();

        Assert.Equal(
            "\r[#######.......................] 1 of 4 blocks, 25 %, height 1, 1 blocks/s, 0.00 Mgas/s, 0:00:03 left"
            + "\r[###############...............] 2 of 4 blocks, 50 %, height 2, 1 blocks/s, 0.00 Mgas/s, 0:00:02 left\n",
            _output.ToString());
    }
}
