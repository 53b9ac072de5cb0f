using System.Text.Json;
using BpDao.Evm.Tracing;

namespace BpDao.Node.Commands.StateTest;

/// <summary><c>bpdao statetest</c>: runs official state tests and compares state roots and logs.</summary>
internal static class StateTestCommand
{
    private const int Passed = 0, Failed = 1, BadInput = 2;

    /// <returns>0 when every case passed, 1 when some failed, 2 when nothing could be run.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        if (!StateTestOptions.TryParse(args, out StateTestOptions? options, out string fault)) return Refuse(error, fault);
        StateTestReport report = new(output, options.Json);
        try
        {
            foreach (List<StateTestOutcome> outcomes in RunFiles(options, error)) report.Add(outcomes);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or TestFileException)
        {
            return Refuse(error, e is TestFileException ? e.Message : $"{options.Path} cannot be read: {e.Message}");
        }

        if (report.Total == 0) return Refuse(error, $"{options.Path} holds no state test that matches");
        report.Close();
        return report.Failures == 0 ? Passed : Failed;
    }

    /// <summary>The outcomes of each file in the order of the files, several files at a time.</summary>
    internal static IEnumerable<List<StateTestOutcome>> RunFiles(StateTestOptions options, TextWriter error)
    {
        StateTestRunner runner = new();
        int ahead = options.Trace ? 1 : options.Jobs; // traces of two cases must not mix
        Queue<Task<List<StateTestOutcome>>> running = new();
        foreach (TestFile file in StateTestSource.Open(options.Path))
        {
            running.Enqueue(Task.Run(() => RunFile(runner, file, options, error)));
            if (running.Count >= ahead) yield return running.Dequeue().GetAwaiter().GetResult();
        }

        while (running.Count > 0) yield return running.Dequeue().GetAwaiter().GetResult();
    }

    private static List<StateTestOutcome> RunFile(StateTestRunner runner, TestFile file, StateTestOptions options, TextWriter error)
    {
        List<StateTestOutcome> outcomes = [];
        foreach (StateTestCase test in ReadCases(file, options))
        {
            if (options.Filter is { } filter && !test.Name.Contains(filter, StringComparison.Ordinal)) continue;
            Eip3155Tracer? tracer = options.Trace ? new Eip3155Tracer(error) : null;
            StateTestOutcome outcome = runner.Run(test, tracer);
            if (options.Trace) StateTestReport.WriteTraceEnd(error, outcome);
            outcomes.Add(outcome);
        }

        return outcomes;
    }

    private static List<StateTestCase> ReadCases(TestFile file, StateTestOptions options)
    {
        try
        {
            return StateTestReader.Read(file.Content, options.Fork);
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new TestFileException($"{file.Name} cannot be read: {e.Message}", e);
        }
    }

    private static int Refuse(TextWriter error, string message)
    {
        error.WriteLine($"bpdao statetest: {message.ReplaceLineEndings(" ")}");
        return BadInput;
    }

    /// <summary>A file that is no test file though it stands among them.</summary>
    private sealed class TestFileException(string message, Exception inner) : Exception(message, inner);
}
