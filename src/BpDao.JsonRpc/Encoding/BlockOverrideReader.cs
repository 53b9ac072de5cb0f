using System.Text.Json;
using BpDao.Blockchain;

namespace BpDao.JsonRpc;

/// <summary>Reads the block overrides of <c>eth_call</c>.</summary>
internal static class BlockOverrideReader
{
    /// <summary>Says what is wrong, or null.</summary>
    public static string? Read(JsonElement json, out BlockOverrides overrides)
    {
        ObjectReader r = new(json);
        overrides = new BlockOverrides
        {
            Number = r.Number("number"),
            Timestamp = r.Number("time"),
            GasLimit = r.Number("gasLimit"),
            Coinbase = r.Address("feeRecipient"),
            PrevRandao = r.Hash("prevRandao"),
            BaseFee = r.Quantity("baseFeePerGas"),
        };
        foreach (string name in (ReadOnlySpan<string>)["difficulty", "blobBaseFee", "beaconRoot", "withdrawals"])
        {
            if (r.Has(name)) r.Fail(name, "cannot be overridden");
        }

        return r.Fault;
    }
}
