using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BpDao.Core.Abi;

/// <summary>What Solidity says when it reverts: <c>Error(string)</c> and <c>Panic(uint256)</c>.</summary>
public static class RevertReason
{
    private static readonly AbiFunction Error = AbiFunction.Parse("Error(string)");
    private static readonly AbiFunction Panic = AbiFunction.Parse("Panic(uint256)");

    /// <summary>The text for people; false for custom errors and anything else.</summary>
    public static bool TryDescribe(ReadOnlySpan<byte> revertData, [NotNullWhen(true)] out string? reason)
    {
        reason = null;
        if (Error.TryDecodeInput(revertData, out object[]? error)) reason = (string)error[0];
        else if (Panic.TryDecodeInput(revertData, out object[]? panic)) reason = DescribePanic((UInt256)panic[0]);
        return reason is not null;
    }

    // https://docs.soliditylang.org/en/latest/control-structures.html#panic-via-assert-and-error-via-require
    private static string DescribePanic(in UInt256 code) => !code.IsUInt64 ? "unknown panic" : code.L0 switch
    {
        0x00 => "generic panic",
        0x01 => "assert(false)",
        0x11 => "arithmetic underflow or overflow",
        0x12 => "division or modulo by zero",
        0x21 => "enum overflow",
        0x22 => "invalid encoded storage byte array accessed",
        0x31 => "out-of-bounds array access; popping on an empty array",
        0x32 => "out-of-bounds access of an array or bytesN",
        0x41 => "out of memory",
        0x51 => "uninitialized function",
        _ => string.Create(CultureInfo.InvariantCulture, $"unknown panic code 0x{code.L0:x}"),
    };
}
