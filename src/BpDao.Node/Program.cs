using System.Runtime.InteropServices;
using BpDao.Node.Commands;

namespace BpDao.Node;

/// <summary>The <c>bpdao</c> command.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        CommandConsole console = new(
            Console.Out, Console.Error, Console.In, IsTerminal: !Console.IsOutputRedirected, Environment.GetEnvironmentVariables())
        {
            IsErrorTerminal = !Console.IsErrorRedirected,
        };
        return await CommandTable.RunAsync(arguments, console, stop.Token);

        void Stop(PosixSignalContext signal)
        {
            // The first one stops in order; who presses again means it.
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }
}
