namespace BpDao.Node.Commands.Conformance;

/// <summary>A file of tests, read each time it is asked for. Thread-safe.</summary>
/// <param name="Name">Path, inside the zip or from the command line.</param>
internal sealed record TestFile(string Name, Func<byte[]> Read);

/// <summary>Input that cannot be used, in one line: the name of a file and what is wrong with it.</summary>
internal sealed class TestInputException(string message, Exception? inner = null) : Exception(message.ReplaceLineEndings(" "), inner);
