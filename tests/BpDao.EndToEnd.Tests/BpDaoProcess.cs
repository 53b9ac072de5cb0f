using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Channels;
using BpDao.Testing;

namespace BpDao.EndToEnd.Tests;

/// <summary>A real <c>bpdao</c> process. What it prints is waited for, until a deadline.</summary>
internal sealed class BpDaoProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly Channel<string> _output = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _errorLines = Channel.CreateUnbounded<string>();
    private readonly List<string> _errors = [];
    private readonly HttpClient _http = new();
    private readonly Task _reading;

    private BpDaoProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadOutputAsync(), ReadErrorsAsync());
    }

    /// <summary>The program of the same build as these tests.</summary>
    public static string Binary { get; } = Built("src", "BpDao.Node", "bpdao");

    /// <summary>The same, with nodes that cheat.</summary>
    public static string Byzantine { get; } = Built("tests", "BpDao.Byzantine", "bpdao-byzantine");

    /// <summary>Options of <c>run</c> that keep a test's node away from other machines and other tests.</summary>
    public static IReadOnlyList<string> OnLoopback { get; } = ["--p2p.host", "127.0.0.1", "--port", "0", "--discovery=false"];

    public IReadOnlyList<string> Errors => _errors;

    public Uri Address { get; private init; } = new("http://127.0.0.1");

    public static BpDaoProcess Start(params string[] arguments) => new(Process.Start(StartInfo(arguments))!);

    /// <summary>A node that will serve RPC at that port.</summary>
    public static BpDaoProcess StartAt(int port, params string[] arguments) =>
        new(Process.Start(StartInfo(arguments))!) { Address = new Uri($"http://127.0.0.1:{port}") };

    /// <summary>A devnet on a free port that prints JSON, after its first block.</summary>
    public static async Task<BpDaoProcess> StartDevnetAsync(params string[] arguments)
    {
        int port = FreePort();
        BpDaoProcess devnet = StartAt(port, ["devnet", "--json", "--http.port", $"{port}", .. arguments]);
        await devnet.ReadBlockAsync();
        return devnet;
    }

    /// <summary>Runs to the end.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        await using BpDaoProcess process = Start(arguments);
        int code = await process.WaitForExitAsync();
        List<string> output = [];
        while (process._output.Reader.TryRead(out string? line)) output.Add(line);
        return (code, string.Join('\n', output), string.Join('\n', process._errors));
    }

    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The first of that many in a row that nobody listens on.</summary>
    public static int FreePorts(int count)
    {
        int first;
        do first = FreePort();
        while (!Enumerable.Range(first, count).All(IsFree));
        return first;
    }

    public async Task<string> ReadLineAsync()
    {
        using CancellationTokenSource deadline = new(Deadline);
        try
        {
            return await _output.Reader.ReadAsync(deadline.Token);
        }
        catch (ChannelClosedException)
        {
            throw new InvalidOperationException($"The process ended: {string.Join('\n', _errors)}");
        }
    }

    /// <summary>The next line of output with that text.</summary>
    public async Task<string> ReadLineAsync(string text)
    {
        while (true)
        {
            if (await ReadLineAsync() is { } line && line.Contains(text, StringComparison.Ordinal)) return line;
        }
    }

    /// <summary>The next line of errors with that text.</summary>
    public async Task<string> ReadErrorAsync(string text)
    {
        using CancellationTokenSource deadline = new(Deadline);
        while (true)
        {
            string line = await _errorLines.Reader.ReadAsync(deadline.Token);
            if (line.Contains(text, StringComparison.Ordinal)) return line;
        }
    }

    /// <summary>That block, asked for until the chain has it: a node that runs alone prints no blocks.</summary>
    public async Task<JsonElement> WaitForBlockAsync(int number)
    {
        using CancellationTokenSource deadline = new(Deadline);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(200));
        while (await timer.WaitForNextTickAsync(deadline.Token))
        {
            JsonElement block = (await CallAsync("eth_getBlockByNumber", $"0x{number:x}", false)).GetProperty("result");
            if (block.ValueKind != JsonValueKind.Null) return block;
        }

        throw new TimeoutException($"There was no block {number}.");
    }

    /// <summary>That many sessions with other nodes, asked for until they are open.</summary>
    public async Task WaitForPeersAsync(int count)
    {
        using CancellationTokenSource deadline = new(Deadline);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(200));
        while ((await CallAsync("net_peerCount")).GetProperty("result").GetString() != $"0x{count:x}") await timer.WaitForNextTickAsync(deadline.Token);
    }

    public async Task<JsonElement> ReadBlockAsync()
    {
        using JsonDocument document = JsonDocument.Parse(await ReadLineAsync());
        return document.RootElement.Clone();
    }

    /// <summary>The whole answer to one call.</summary>
    public async Task<JsonElement> CallAsync(string method, params object[] parameters)
    {
        using HttpResponseMessage response = await _http.PostAsJsonAsync(Address, new { jsonrpc = "2.0", id = 1, method, @params = parameters });
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task<HttpResponseMessage> PostAsync(string body)
    {
        using StringContent content = new(body, System.Text.Encoding.UTF8, "application/json");
        return await _http.PostAsync(Address, content);
    }

    /// <summary>Asks it to stop, and waits.</summary>
    public async Task<int> StopAsync(string signal = "TERM")
    {
        if (!_process.HasExited) Process.Start("kill", [$"-{signal}", $"{_process.Id}"]).WaitForExit();
        return await WaitForExitAsync();
    }

    public async Task<int> WaitForExitAsync()
    {
        using CancellationTokenSource deadline = new(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
        await _reading.WaitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }

    private static bool IsFree(int port)
    {
        if (port > IPEndPoint.MaxPort) return false;
        using TcpListener listener = new(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Built(string folder, string project, string program) => Path.Combine(
        Repository.Root, folder, project, "bin", AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug", "net10.0", program);

    private static ProcessStartInfo StartInfo(IEnumerable<string> arguments) => new(Binary, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        RedirectStandardInput = true,
    };

    private async Task ReadOutputAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line) _output.Writer.TryWrite(line);
        _output.Writer.Complete();
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _errors.Add(line);
            _errorLines.Writer.TryWrite(line);
        }

        _errorLines.Writer.Complete();
    }
}
