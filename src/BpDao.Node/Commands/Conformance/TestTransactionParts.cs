using System.Text.Json;
using BpDao.Core;

namespace BpDao.Node.Commands.Conformance;

/// <summary>Lists inside the transactions of official tests.</summary>
internal static class TestTransactionParts
{
    public static AccessListEntry[] AccessList(JsonElement list) =>
    [
        .. list.EnumerateArray().Select(entry => new AccessListEntry(
            TestNumbers.Address(entry.GetProperty("address")),
            [.. entry.GetProperty("storageKeys").EnumerateArray().Select(TestNumbers.Word)])),
    ];

    public static Authorization Authorization(JsonElement json) => new(
        TestNumbers.Word(json.GetProperty("chainId")),
        TestNumbers.Address(json.GetProperty("address")),
        TestNumbers.Long(json.GetProperty("nonce")),
        new TxSignature(
            (byte)TestNumbers.Long(json.TryGetProperty("yParity", out JsonElement parity) ? parity : json.GetProperty("v")),
            TestNumbers.Word(json.GetProperty("r")),
            TestNumbers.Word(json.GetProperty("s"))));
}
