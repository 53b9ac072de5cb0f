using System.Diagnostics;
using BpDao.Db.Rocks;

namespace BpDao.Db.Tests;

/// <summary>This assembly run as a program: it opens a database, writes one entry without syncing, and keeps the database until
/// its input ends.</summary>
internal sealed class SecondProcess : IDisposable
{
    private const string Ready = "open";

    private readonly Process _process;

    /// <summary>Returns when the other process has the database and has written.</summary>
    public SecondProcess(string directory)
    {
        _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { "exec", typeof(SecondProcess).Assembly.Location, directory },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        string? line = _process.StandardOutput.ReadLine();
        if (line != Ready) throw new InvalidOperationException($"The second process said '{line}'.");
    }

    public static void Main(string[] arguments)
    {
        using RocksDatabase database = RocksDatabase.Open(arguments[0], new RocksOptions());
        WriteBatch batch = new();
        batch.Put(DbColumn.Safety, [1], [2]);
        database.Write(batch, sync: false);
        Console.WriteLine(Ready);
        Console.In.ReadToEnd();
    }

    /// <summary>Kills it without notice.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
