namespace BpDao.Node.Commands.Transition;

/// <summary>Why a transition cannot be made, with the exit code that geth's <c>evm t8n</c> has for it: tools that drive it look at the code.</summary>
internal sealed class TransitionFault(int exitCode, string message, Exception? cause = null) : Exception(message, cause)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>The block itself cannot be finished.</summary>
    public static TransitionFault Evm(string message) => new(2, message);

    /// <summary>A fork, flag or field that is missing or contradicts another.</summary>
    public static TransitionFault Config(string message) => new(3, message);

    /// <summary>Code asked for a block hash that the environment does not give.</summary>
    public static TransitionFault MissingBlockHash(ulong number) => new(4, $"the hash of block {number} was asked for; add it to blockHashes of the environment");

    public static TransitionFault Json(string message) => new(10, message.ReplaceLineEndings(" "));

    public static TransitionFault InputOutput(string message, Exception? cause = null) => new(11, message, cause);

    public static TransitionFault Rlp(string message) => new(12, message);

    /// <summary>Reads a part of the input. What a missing member, another JSON type, a text that is no number or a number out of its range makes
    /// a reader throw is a fault of the JSON.</summary>
    /// <param name="part">Names it in the message.</param>
    public static T Reading<T>(string part, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or KeyNotFoundException or ArgumentException or ArithmeticException)
        {
            throw Json($"{part}: {e.Message}");
        }
    }
}
