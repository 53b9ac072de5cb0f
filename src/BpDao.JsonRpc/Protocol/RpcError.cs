namespace BpDao.JsonRpc;

/// <summary>The error object of a JSON-RPC 2.0 response.</summary>
/// <param name="Code">See <see cref="RpcErrorCode"/>.</param>
/// <param name="Message">One line for people; wallets match geth's wording, so it is kept where geth has one.</param>
/// <param name="Data">Revert data as hex; null leaves the member out.</param>
public sealed record RpcError(int Code, string Message, string? Data = null)
{
    public static RpcError InvalidParams(string message) => new(RpcErrorCode.InvalidParams, message);

    public static RpcError InvalidRequest(string message) => new(RpcErrorCode.InvalidRequest, message);

    public static RpcError Server(string message) => new(RpcErrorCode.ServerError, message);

    public static RpcError PrunedHistory(ulong first) => new(RpcErrorCode.PrunedHistory, $"pruned history unavailable: blocks 1 to {first - 1} are not here");

    public static RpcError LimitExceeded(string message) => new(RpcErrorCode.LimitExceeded, message);
}

/// <summary>Error codes: JSON-RPC 2.0 §5.1, then EIP-1474, then geth's for reverted calls and for history that is not kept (EIP-4444).</summary>
public static class RpcErrorCode
{
    public const int ParseError = -32700;
    public const int InvalidRequest = -32600;
    public const int MethodNotFound = -32601;
    public const int InvalidParams = -32602;
    public const int InternalError = -32603;

    /// <summary>The request was understood and could not be carried out.</summary>
    public const int ServerError = -32000;

    /// <summary>The answer, the range or the count asked for is over a limit of this node.</summary>
    public const int LimitExceeded = -32005;

    /// <summary>The chain has that block, this node does not.</summary>
    public const int PrunedHistory = 4444;

    /// <summary>A call was reverted; the error's data is the revert data.</summary>
    public const int ExecutionReverted = 3;
}
