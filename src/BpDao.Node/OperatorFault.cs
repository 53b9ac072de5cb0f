namespace BpDao.Node;

/// <summary>Something the operator gave or set up cannot be used. The message is one clear line; the program ends with exit code 2.</summary>
internal sealed class OperatorFault(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What the program's end means.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>Our bug, or a disk that failed.</summary>
    public const int Failure = 1;

    /// <summary>Input, options or surroundings that cannot be used; nothing was changed.</summary>
    public const int BadInput = 2;

    /// <summary>Stopped by a signal before it was done, as shells say it of SIGINT.</summary>
    public const int Cancelled = 130;
}
