using System.Buffers;
using System.Text.Json;
using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>Writes values as the execution API encodes them: quantities without leading zeros, data as whole bytes.</summary>
public static class RpcWriting
{
    private const int OnStack = 256;

    public static void WriteQuantityValue(this Utf8JsonWriter writer, ulong value)
    {
        Span<byte> text = stackalloc byte[18];
        text[0] = (byte)'0';
        text[1] = (byte)'x';
        value.TryFormat(text[2..], out int digits, "x");
        writer.WriteStringValue(text[..(2 + digits)]);
    }

    public static void WriteQuantityValue(this Utf8JsonWriter writer, in UInt256 value)
    {
        if (value.IsUInt64) writer.WriteQuantityValue(value.L0);
        else writer.WriteStringValue(value.ToHexQuantity());
    }

    public static void WriteDataValue(this Utf8JsonWriter writer, ReadOnlySpan<byte> bytes)
    {
        int length = 2 + (bytes.Length * 2);
        byte[]? rented = length <= OnStack ? null : ArrayPool<byte>.Shared.Rent(length);
        Span<byte> text = rented is null ? stackalloc byte[OnStack] : rented;
        text[0] = (byte)'0';
        text[1] = (byte)'x';
        Convert.TryToHexStringLower(bytes, text[2..], out _);
        writer.WriteStringValue(text[..length]);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    public static void WriteQuantity(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, ulong value)
    {
        writer.WritePropertyName(name);
        writer.WriteQuantityValue(value);
    }

    public static void WriteQuantity(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, in UInt256 value)
    {
        writer.WritePropertyName(name);
        writer.WriteQuantityValue(value);
    }

    public static void WriteData(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> bytes)
    {
        writer.WritePropertyName(name);
        writer.WriteDataValue(bytes);
    }

    public static void WriteData(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, in Hash256 hash) => writer.WriteData(name, hash.Bytes);

    public static void WriteData(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, in Address address) =>
        writer.WriteData(name, address.Bytes);

    /// <summary>The address, or <c>null</c>.</summary>
    public static void WriteData(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, Address? address)
    {
        writer.WritePropertyName(name);
        if (address is { } present) writer.WriteDataValue(present.Bytes);
        else writer.WriteNullValue();
    }
}
