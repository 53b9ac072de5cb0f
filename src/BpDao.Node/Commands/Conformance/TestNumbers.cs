using System.Text.Json;
using BpDao.Core;

namespace BpDao.Node.Commands.Conformance;

/// <summary>Reads the values of official tests: hex with any number of leading zeros, decimal in some old ones.</summary>
internal static class TestNumbers
{
    /// <summary>Older tests mark numbers that do not fit with this prefix.</summary>
    private const string BigInteger = "0x:bigint ";

    public static UInt256 Word(JsonElement json) =>
        TryWord(json, out UInt256 value) ? value : throw new FormatException($"'{json}' is not a 256-bit number");

    /// <summary>A number in text, as the key of a slot is.</summary>
    public static UInt256 Word(string text) =>
        UInt256.TryParse(text == "0x" ? "0x0" : text, out UInt256 value) ? value : throw new FormatException($"'{text}' is not a 256-bit number");

    public static bool TryWord(JsonElement json, out UInt256 value)
    {
        string text = Text(json);
        if (text == "0x") text = "0x0";
        return UInt256.TryParse(text, out value);
    }

    public static ulong Long(JsonElement json) =>
        TryWord(json, out UInt256 value) && value.IsUInt64 ? value.L0 : throw new FormatException($"'{json}' is not a 64-bit number");

    public static byte[] Bytes(JsonElement json)
    {
        string text = json.GetString() ?? "";
        // Some generators leave out a leading zero digit.
        return Hex.Decode(text.Length % 2 == 0 ? text : text.StartsWith("0x", StringComparison.Ordinal) ? "0x0" + text[2..] : "0" + text);
    }

    public static Address Address(JsonElement json)
    {
        byte[] bytes = Bytes(json);
        if (bytes.Length > Core.Address.Size) throw new FormatException($"'{json}' is not an address");
        byte[] padded = new byte[Core.Address.Size];
        bytes.CopyTo(padded.AsSpan(padded.Length - bytes.Length));
        return new Address(padded);
    }

    public static Hash256 Hash(JsonElement json) => Word(json).ToHash();

    private static string Text(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Number) return json.GetRawText();
        string text = json.GetString() ?? "";
        return text.StartsWith(BigInteger, StringComparison.Ordinal) ? text[BigInteger.Length..] : text;
    }
}
