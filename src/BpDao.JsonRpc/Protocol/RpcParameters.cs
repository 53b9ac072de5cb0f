using System.Text.Json;
using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>The positional parameters of one call. The first one that does not read becomes <see cref="Fault"/>.</summary>
public sealed class RpcParameters(IReadOnlyList<JsonElement> items)
{
    /// <summary>Set when a reading method returned false.</summary>
    public RpcError Fault { get; private set; } = RpcError.InvalidParams("invalid params");

    public int Count => items.Count;

    /// <summary>The parameter is absent or <c>null</c>.</summary>
    public bool IsAbsent(int index) => index >= items.Count || items[index].ValueKind == JsonValueKind.Null;

    public JsonElement this[int index] => items[index];

    public bool Quantity(int index, out ulong value)
    {
        value = 0;
        return Has(index) && Check(index, RpcReading.ReadQuantity(items[index], out value));
    }

    public bool Data(int index, out byte[] bytes)
    {
        bytes = [];
        return Has(index) && Check(index, RpcReading.ReadData(items[index], out bytes));
    }

    public bool Address(int index, out Address address)
    {
        address = default;
        return Has(index) && Check(index, RpcReading.ReadAddress(items[index], out address));
    }

    public bool Hash(int index, out Hash256 hash)
    {
        hash = default;
        return Has(index) && Check(index, RpcReading.ReadHash(items[index], out hash));
    }

    public bool Slot(int index, out UInt256 slot)
    {
        slot = default;
        return Has(index) && Check(index, RpcReading.ReadSlot(items[index], out slot));
    }

    /// <summary>A boolean; absent means false.</summary>
    public bool Flag(int index, out bool value)
    {
        value = false;
        if (IsAbsent(index)) return true;
        value = items[index].ValueKind == JsonValueKind.True;
        return Check(index, items[index].ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "want a boolean");
    }

    public bool Text(int index, out string text)
    {
        text = "";
        if (!Has(index) || !Check(index, items[index].ValueKind == JsonValueKind.String ? null : "want a string")) return false;
        text = items[index].GetString()!;
        return true;
    }

    public bool Object(int index, out JsonElement element)
    {
        element = default;
        if (!Has(index) || !Check(index, items[index].ValueKind == JsonValueKind.Object ? null : "want an object")) return false;
        element = items[index];
        return true;
    }

    public bool Array(int index, out JsonElement element)
    {
        element = default;
        if (!Has(index) || !Check(index, items[index].ValueKind == JsonValueKind.Array ? null : "want an array")) return false;
        element = items[index];
        return true;
    }

    /// <summary>A tag, a number or EIP-1898's object; absent means <c>latest</c>.</summary>
    public bool Block(int index, out BlockParameter block)
    {
        block = BlockParameter.Latest;
        return IsAbsent(index) || Check(index, BlockParameter.Read(items[index], out block));
    }

    /// <summary>Records <paramref name="fault"/> for that parameter; true when there is none.</summary>
    public bool Check(int index, string? fault)
    {
        if (fault is null) return true;
        Fault = RpcError.InvalidParams($"invalid argument {index}: {fault}");
        return false;
    }

    private bool Has(int index)
    {
        if (!IsAbsent(index)) return true;
        Fault = RpcError.InvalidParams($"missing value for required argument {index}");
        return false;
    }
}
