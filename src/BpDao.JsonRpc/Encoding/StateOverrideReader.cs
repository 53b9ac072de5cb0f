using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>Reads the state override set of <c>eth_call</c>.</summary>
internal static class StateOverrideReader
{
    /// <summary>Says what is wrong, or null.</summary>
    public static string? Read(JsonElement json, out Dictionary<Address, AccountOverride> overrides)
    {
        overrides = [];
        if (json.ValueKind != JsonValueKind.Object) return "want an object";
        foreach (JsonProperty member in json.EnumerateObject())
        {
            if (!member.Name.StartsWith("0x", StringComparison.Ordinal) || !Address.TryParse(member.Name, out Address address))
            {
                return $"{member.Name}: not an address";
            }

            ObjectReader r = new(member.Value);
            if (r.Has("state") && r.Has("stateDiff")) r.Fail("state", "cannot be combined with stateDiff");
            if (r.Has("movePrecompileToAddress")) r.Fail("movePrecompileToAddress", "not supported");
            overrides[address] = new AccountOverride
            {
                Nonce = r.Number("nonce"),
                Balance = r.Quantity("balance"),
                Code = r.Data("code") is { } code ? new ReadOnlyMemory<byte>(code) : default(ReadOnlyMemory<byte>?),
                State = Slots(r, "state"),
                StateDiff = Slots(r, "stateDiff"),
            };
            if (r.Fault is { } fault) return $"{member.Name}: {fault}";
        }

        return null;
    }

    private static Dictionary<UInt256, UInt256>? Slots(ObjectReader r, string name)
    {
        if (!r.Has(name)) return null;
        Dictionary<UInt256, UInt256> slots = [];
        foreach (JsonProperty member in r.Members(name))
        {
            if (!Hash256.TryParse(member.Name, out Hash256 slot)) r.Fail($"{name}.{member.Name}", "want a 32-byte key");
            else if (RpcReading.ReadHash(member.Value, out Hash256 value) is { } fault) r.Fail($"{name}.{member.Name}", fault);
            else slots[UInt256.FromHash(slot)] = UInt256.FromHash(value);
        }

        return slots;
    }
}
