using System.Text.Json;

namespace BpDao.Node.Commands.Bench;

/// <summary><c>bpdao bench evm</c>: how fast the interpreter runs given programs, and whether it runs them right.</summary>
internal sealed class BenchEvmCommand : ICommand
{
    public string Name => "bench evm";

    public string Usage => BenchEvmOptions.Usage;

    public string Summary => "Time the interpreter on programs; a wrong result fails.";

    public IReadOnlyList<Type> Areas => [];

    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        if (!BenchEvmOptions.TryParse(arguments, out BenchEvmOptions? options, out string fault)) return Task.FromResult(console.Refuse(fault));
        List<EvmProgram> programs = [.. ReadAll(options.Path).Where(p => options.Filter is not { } part || p.Name.Contains(part, StringComparison.Ordinal))];
        if (programs.Count == 0) return Task.FromResult(console.Refuse($"{options.Path} holds no program that matches"));

        EvmProgramRunner runner = new(options.Runs);
        BenchEvmReport report = new(console.Out, options.Json);
        report.Open();
        foreach (EvmProgram program in programs)
        {
            stop.ThrowIfCancellationRequested();
            report.Add(runner.Measure(program));
        }

        report.Close();
        return Task.FromResult(report.Failures == 0 ? ExitCode.Success : ExitCode.Failure);
    }

    /// <exception cref="OperatorFault">A file cannot be read or is no program.</exception>
    private static IEnumerable<EvmProgram> ReadAll(string path)
    {
        // The set keeps its programs in a folder of this name, beside its list of names.
        string folder = Directory.Exists(Path.Combine(path, "programs")) ? Path.Combine(path, "programs") : path;
        IEnumerable<string> files = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal) : [path];
        return files.Select(Read);
    }

    private static EvmProgram Read(string file)
    {
        try
        {
            return EvmProgram.Read(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new OperatorFault($"{file} cannot be read as a program of the benchmark: {e.Message.ReplaceLineEndings(" ")}");
        }
    }
}
