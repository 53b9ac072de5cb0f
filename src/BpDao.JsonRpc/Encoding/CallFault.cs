using BpDao.Core;
using BpDao.Core.Abi;
using BpDao.Evm;

namespace BpDao.JsonRpc;

/// <summary>Failed executions as error objects, in the words clients know from go-ethereum.</summary>
internal static class CallFault
{
    /// <summary>Null when the execution succeeded.</summary>
    public static RpcError? Of(TransactionResult result)
    {
        if (!result.IsValid) return RpcError.Server(result.Detail ?? result.Error.ToString());
        if (result.Success) return null;
        return result.Halt == HaltReason.Reverted ? Reverted(result.Output) : RpcError.Server(Describe(result.Halt));
    }

    public static RpcError Reverted(ReadOnlyMemory<byte> data) => new(
        RpcErrorCode.ExecutionReverted,
        RevertReason.TryDescribe(data.Span, out string? reason) ? $"execution reverted: {reason}" : "execution reverted",
        Hex.Encode(data.Span));

    public static string Describe(HaltReason halt) => halt switch
    {
        HaltReason.Reverted => "execution reverted",
        HaltReason.OutOfGas => "out of gas",
        HaltReason.StackUnderflow => "stack underflow",
        HaltReason.StackOverflow => "stack limit reached",
        HaltReason.InvalidOpcode => "invalid opcode",
        HaltReason.InvalidJump => "invalid jump destination",
        HaltReason.WriteInStaticCall => "write protection",
        HaltReason.ReturnDataOutOfBounds => "return data out of bounds",
        HaltReason.CallDepthExceeded => "max call depth exceeded",
        HaltReason.InsufficientBalance => "insufficient balance for transfer",
        HaltReason.NonceOverflow => "nonce uint64 overflow",
        HaltReason.AddressCollision => "contract address collision",
        HaltReason.CodeTooLarge => "max code size exceeded",
        HaltReason.InitCodeTooLarge => "max initcode size exceeded",
        HaltReason.InvalidCode => "invalid code: must not begin with 0xef",
        HaltReason.CodeStoreOutOfGas => "contract creation code storage out of gas",
        _ => halt.ToString(),
    };
}
