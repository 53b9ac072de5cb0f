namespace BpDao.Node.Commands.Conformance;

/// <summary>A file of tests, read each time it is asked for. Thread-safe.</summary>
/// <param name="Name">Path, inside the zip or from the command line.</param>
internal sealed record TestFile(string Name, Func<byte[]> Read);

/// <summary>Input that cannot be used, in one line: the name of a file and what is wrong with it.</summary>
internal sealed class TestInputException(string message, Exception? inner = null) : Exception(message.ReplaceLineEndings(" "), inner)
{
    /// <summary>Reads a file or a test. Whatever stops a reader but a lack of this machine is the input's fault: readers take the shape of their
    /// input for granted.</summary>
    /// <param name="what">Names it in the message.</param>
    public static T Reading<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not OperatorFault and not TestInputException)
        {
            throw new TestInputException($"{what} cannot be read: {e.Message}", e);
        }
    }
}
