using System.Text.Json;
using BpDao.Core;
using Xunit;

namespace BpDao.JsonRpc.Tests;

/// <summary>The execution API's encodings, both ways.</summary>
public sealed class RpcEncodingTests
{
    [Theory]
    [InlineData("0x0", "0")]
    [InlineData("0x41", "65")]
    [InlineData("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "115792089237316195423570985008687907853269984665640564039457584007913129639935")]
    public void Quantities_read(string text, string value)
    {
        Assert.Null(RpcReading.ReadQuantity(Json($"\"{text}\""), out UInt256 read));
        Assert.Equal(value, read.ToString());
        Assert.Equal($"\"{text}\"", Written(w => w.WriteQuantityValue(read)));
    }

    [Theory]
    [InlineData("\"0x\"")]
    [InlineData("\"0x0400\"")]
    [InlineData("\"0x00\"")]
    [InlineData("\"ff\"")]
    [InlineData("\"0xg\"")]
    [InlineData("\"0x-1\"")]
    [InlineData("\"0x 1\"")]
    [InlineData("\"0x10000000000000000000000000000000000000000000000000000000000000000\"")]
    [InlineData("1")]
    [InlineData("null")]
    public void What_is_no_quantity_does_not_read(string json) => Assert.NotNull(RpcReading.ReadQuantity(Json(json), out UInt256 _));

    [Theory]
    [InlineData("\"0x0\"")]
    [InlineData("\"0xf0f0f\"")]
    [InlineData("\"004200\"")]
    [InlineData("\"0xzz\"")]
    [InlineData("5")]
    public void What_is_no_data_does_not_read(string json) => Assert.NotNull(RpcReading.ReadData(Json(json), out _));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(5000)]
    public void Data_of_any_length_goes_there_and_back(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte)(i * 7);

        string json = Written(w => w.WriteDataValue(bytes));

        Assert.Equal($"\"0x{Convert.ToHexStringLower(bytes)}\"", json);
        Assert.Null(RpcReading.ReadData(Json(json), out byte[] read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("\"latest\"", BlockParameterKind.Latest)]
    [InlineData("\"safe\"", BlockParameterKind.Latest)]
    [InlineData("\"finalized\"", BlockParameterKind.Latest)]
    [InlineData("\"pending\"", BlockParameterKind.Pending)]
    [InlineData("\"earliest\"", BlockParameterKind.Number)]
    [InlineData("\"0x10\"", BlockParameterKind.Number)]
    [InlineData("{\"blockNumber\":\"0x10\"}", BlockParameterKind.Number)]
    [InlineData("{\"blockNumber\":\"latest\"}", BlockParameterKind.Latest)]
    [InlineData("{\"blockHash\":\"0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470\"}", BlockParameterKind.Hash)]
    public void Blocks_are_named_in_all_ways(string json, BlockParameterKind kind)
    {
        Assert.Null(BlockParameter.Read(Json(json), out BlockParameter block));
        Assert.Equal(kind, block.Kind);
    }

    [Theory]
    [InlineData("\"newest\"")]
    [InlineData("16")]
    [InlineData("{}")]
    [InlineData("{\"blockNumber\":\"0x1\",\"blockHash\":\"0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470\"}")]
    [InlineData("{\"blockHash\":\"0x12\"}")]
    [InlineData("[]")]
    public void What_names_no_block_does_not_read(string json) => Assert.NotNull(BlockParameter.Read(Json(json), out _));

    [Theory]
    [InlineData("\"0x0\"", 0UL)]
    [InlineData("\"0x\"", 0UL)]
    [InlineData("\"0x0000000000000000000000000000000000000000000000000000000000000003\"", 3UL)]
    public void Slots_read_short_and_padded(string json, ulong slot)
    {
        Assert.Null(RpcReading.ReadSlot(Json(json), out UInt256 read));
        Assert.Equal((UInt256)slot, read);
    }

    private static JsonElement Json(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private static string Written(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream)) write(writer);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
