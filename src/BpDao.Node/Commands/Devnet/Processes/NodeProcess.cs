using System.Diagnostics;
using System.Runtime.InteropServices;

namespace BpDao.Node.Commands.Devnet.Processes;

/// <summary>One running node: <c>bpdao run</c> as a process that ends with this one, its log in a file.</summary>
internal sealed partial class NodeProcess : IDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Task _reading;

    private NodeProcess(FleetNode node, Process process, TextWriter? output)
    {
        (Node, _process) = (node, process);
        _log = new StreamWriter(new FileStream(node.LogFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        TextWriter log = TextWriter.Synchronized(_log);
        _reading = Task.WhenAll(CopyAsync(process.StandardOutput, output ?? log), CopyAsync(process.StandardError, log));
    }

    public FleetNode Node { get; }

    public int Id => _process.Id;

    /// <param name="output">Takes standard output; null sends it to the log.</param>
    /// <param name="arguments">Beside the node's configuration.</param>
    public static NodeProcess Start(FleetNode node, IEnumerable<string> arguments, TextWriter? output)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Many programs that start on few cores compile all at once. Without instrumented code they need a fifth less for it (docs/performance.md, Fleets).
        start.Environment.TryAdd("DOTNET_TieredPGO", "0");
        // Under `dotnet bpdao.dll` the process is the runtime, and the program its first argument.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(typeof(NodeProcess).Assembly.Location);
        foreach (string argument in (string[])["run", "--config", node.ConfigFile, "--stop-with-input", .. arguments]) start.ArgumentList.Add(argument);
        return new NodeProcess(node, Process.Start(start)!, output);
    }

    /// <summary>Its exit code, once it has ended and all it wrote was read.</summary>
    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        await _reading;
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop, and ends it when it does not.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited) SendSignal(_process.Id, Terminate);
        using CancellationTokenSource deadline = new(Patience);
        await _process.WaitForExitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited) _process.Kill();
        await WaitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
        _log.Dispose();
    }

    private static async Task CopyAsync(StreamReader from, TextWriter to)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            await to.WriteLineAsync(line);
            await to.FlushAsync();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
