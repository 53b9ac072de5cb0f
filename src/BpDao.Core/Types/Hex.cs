using System.Diagnostics.CodeAnalysis;

namespace BpDao.Core;

/// <summary>Hex text as Ethereum writes it: lower case, <c>0x</c> in front.</summary>
public static class Hex
{
    /// <summary><c>0x</c> and two digits a byte.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    /// <summary>Reads whole bytes of hex, with or without <c>0x</c>.</summary>
    /// <exception cref="FormatException">Odd length or another character.</exception>
    public static byte[] Decode(string text) =>
        TryDecode(text, out byte[]? bytes) ? bytes : throw new FormatException($"'{text}' is not hex.");

    /// <summary>Reads whole bytes of hex, with or without <c>0x</c>.</summary>
    public static bool TryDecode([NotNullWhen(true)] string? text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text is null) return false;
        ReadOnlySpan<char> digits = Digits(text);
        if ((digits.Length & 1) != 0) return false;
        byte[] result = new byte[digits.Length / 2];
        if (Convert.FromHexString(digits, result, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        bytes = result;
        return true;
    }

    /// <summary>Fills <paramref name="destination"/> exactly; false when the text has another length or another character.</summary>
    public static bool TryDecode([NotNullWhen(true)] string? text, Span<byte> destination)
    {
        if (text is null) return false;
        ReadOnlySpan<char> digits = Digits(text);
        return digits.Length == destination.Length * 2
            && Convert.FromHexString(digits, destination, out _, out _) == System.Buffers.OperationStatus.Done;
    }

    private static ReadOnlySpan<char> Digits(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal) || text.StartsWith("0X", StringComparison.Ordinal) ? text.AsSpan(2) : text;
}
