using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>Reads values as strictly as the execution API writes them. Each method says what is wrong, or null when nothing is.</summary>
public static class RpcReading
{
    private const int MaxQuantityDigits = 64;

    public static string? ReadQuantity(JsonElement element, out UInt256 value)
    {
        value = default;
        if (element.ValueKind != JsonValueKind.String) return "a quantity must be a hex string";
        string text = element.GetString()!;
        if (HexDigits(text) is not { } digits) return "hex string without 0x prefix";
        if (digits.Length == 0) return "hex string \"0x\" is not a quantity";
        if (digits.Length > 1 && digits[0] == '0') return "hex number with leading zero digits";
        if (digits.Length > MaxQuantityDigits) return "hex number over 256 bits";
        return UInt256.TryParse(text, out value) ? null : "invalid hex string";
    }

    public static string? ReadQuantity(JsonElement element, out ulong value)
    {
        string? fault = ReadQuantity(element, out UInt256 wide);
        value = wide.IsUInt64 ? wide.L0 : 0;
        return fault ?? (wide.IsUInt64 ? null : "hex number over 64 bits");
    }

    public static string? ReadData(JsonElement element, out byte[] bytes)
    {
        bytes = [];
        if (element.ValueKind != JsonValueKind.String) return "data must be a hex string";
        string text = element.GetString()!;
        if (HexDigits(text) is not { } digits) return "hex string without 0x prefix";
        if ((digits.Length & 1) != 0) return "hex string of odd length";
        if (!Hex.TryDecode(text, out byte[]? decoded)) return "invalid hex string";
        bytes = decoded;
        return null;
    }

    public static string? ReadAddress(JsonElement element, out Address address)
    {
        string? fault = ReadData(element, out byte[] bytes);
        if (fault is null && bytes.Length != Address.Size) fault = $"hex string has {bytes.Length} bytes, an address has {Address.Size}";
        address = fault is null ? new Address(bytes) : default;
        return fault;
    }

    public static string? ReadHash(JsonElement element, out Hash256 hash)
    {
        string? fault = ReadData(element, out byte[] bytes);
        if (fault is null && bytes.Length != Hash256.Size) fault = $"hex string has {bytes.Length} bytes, a hash has {Hash256.Size}";
        hash = fault is null ? new Hash256(bytes) : default;
        return fault;
    }

    /// <summary>A storage slot: a quantity or up to 32 bytes, since clients send both.</summary>
    public static string? ReadSlot(JsonElement element, out UInt256 slot)
    {
        slot = default;
        if (element.ValueKind != JsonValueKind.String) return "a storage key must be a hex string";
        string text = element.GetString()!;
        if (HexDigits(text) is not { } digits) return "hex string without 0x prefix";
        if (digits.Length > MaxQuantityDigits) return "storage key too long (want at most 32 bytes)";
        string whole = "0x" + digits.PadLeft(MaxQuantityDigits, '0');
        if (!Hash256.TryParse(whole, out Hash256 word)) return "invalid hex string";
        slot = UInt256.FromHash(word);
        return null;
    }

    /// <summary>A member that is there and not <c>null</c>.</summary>
    public static bool TryMember(this JsonElement element, string name, [NotNullWhen(true)] out JsonElement value) =>
        element.TryGetProperty(name, out value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);

    private static string? HexDigits(string text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : null;
}
