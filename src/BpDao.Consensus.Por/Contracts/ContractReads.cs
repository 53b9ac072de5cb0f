using System.Diagnostics.CodeAnalysis;
using BpDao.Core;
using BpDao.Core.Abi;

namespace BpDao.Consensus.Por.Contracts;

/// <summary>One read of a contract: encode, call, decode.</summary>
internal static class ContractReads
{
    /// <summary>False when the call fails or answers something that its type does not allow: contracts may be unsound (protocol rule 2.8).</summary>
    public static bool TryRead(
        this IContractCaller caller, Address contract, AbiFunction function, [NotNullWhen(true)] out object[]? results, params ReadOnlySpan<object> arguments)
    {
        results = null;
        ContractCallResult answer = caller.Call(contract, function.Encode(arguments));
        return answer.Success && function.TryDecodeOutput(answer.Output.Span, out results);
    }

    public static ulong ToUInt64(this object value) => (ulong)(UInt256)value;

    public static uint ToUInt32(this object value) => checked((uint)(ulong)(UInt256)value);

    public static Hash256 ToHash(this object value) => new((byte[])value);

    public static uint[] ToSlots(this object value) => Array.ConvertAll((object[])value, ToUInt32);
}
