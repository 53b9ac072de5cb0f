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

    public static TransitionFault Json(string message) => new(10, message);

    public static TransitionFault InputOutput(string message, Exception? cause = null) => new(11, message, cause);

    public static TransitionFault Rlp(string message) => new(12, message);
}
