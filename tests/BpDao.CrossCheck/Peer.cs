using System.Diagnostics;
using BpDao.Testing;

namespace BpDao.CrossCheck;

/// <summary>The independent EVM (@ethereumjs) in a process of its own: a case a line in, an outcome a line out.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;

    private Peer(Process process) => _process = process;

    /// <exception cref="InvalidOperationException">Node.js does not start.</exception>
    public static Peer Start()
    {
        string folder = Path.Combine(Repository.Root, "tests", "BpDao.CrossCheck", "peer");
        ProcessStartInfo start = new("node", ["peer.mjs"]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true };
        return new Peer(Process.Start(start) ?? throw new InvalidOperationException("node did not start"));
    }

    /// <summary>Sends the cases and gives the outcomes in their order while the other side is still at work.</summary>
    public async IAsyncEnumerable<string> OutcomesAsync(IReadOnlyList<ProgramCase> cases)
    {
        Task sent = SendAsync(cases);
        for (int i = 0; i < cases.Count; i++)
        {
            yield return await _process.StandardOutput.ReadLineAsync()
                ?? throw new InvalidOperationException($"the peer ended at seed {cases[i].Seed}, exit code {(_process.WaitForExit(1000) ? _process.ExitCode : -1)}");
        }

        await sent;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.StandardInput.Close(); // ends its loop
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5))) _process.Kill();
        _process.Dispose();
    }

    private async Task SendAsync(IReadOnlyList<ProgramCase> cases)
    {
        foreach (ProgramCase program in cases) await _process.StandardInput.WriteLineAsync(program.ToJson());
        await _process.StandardInput.FlushAsync();
    }
}
