using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using BpDao.Core.Abi;
using BpDao.Testing;
using Xunit;

namespace BpDao.Core.Tests.Abi;

public sealed class AbiVectorTests
{
    [FixtureFact("basic.zip")]
    public void Encodes_and_decodes_the_official_vectors()
    {
        using JsonDocument vectors = Fixtures.ReadJson("basic.zip", "ABITests/basic_abi_tests.json");
        Assert.All(vectors.RootElement.EnumerateObject(), vector =>
        {
            AbiType[] types = [.. vector.Value.GetProperty("types").EnumerateArray().Select(t => AbiType.Parse(t.GetString()!))];
            object[] values = [.. vector.Value.GetProperty("args").EnumerateArray().Zip(types, Value)];
            byte[] expected = Hex.Decode(vector.Value.GetProperty("result").GetString()!);

            Assert.Equal(expected, AbiEncoder.Encode(types, values));
            Assert.True(AbiDecoder.TryDecode(types, expected, out object[]? read));
            Assert.Equal(expected, AbiEncoder.Encode(types, read));
        });
    }

    [Theory]
    [InlineData("baz(uint32,bool)", "0xcdcd77c0")]
    [InlineData("bar(bytes3[2])", "0xfce353f6")]
    [InlineData("sam(bytes,bool,uint256[])", "0xa5643bf2")]
    [InlineData("f(uint256,uint32[],bytes10,bytes)", "0x8be65246")]
    [InlineData("g(uint256[][],string[])", "0x2289b18c")]
    [InlineData("permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", "0xd505accf")]
    [InlineData("multicall(bytes[])", "0xac9650d8")]
    [InlineData("aggregate((address,bytes)[])", "0x252dba42")]
    public void Selectors_are_the_published_ones(string function, string selector) =>
        Assert.Equal(selector, Hex.Encode(AbiFunction.Parse(function).Selector));

    [Fact]
    public void Nested_dynamic_arrays_are_laid_out_as_the_specification_shows()
    {
        // g(uint256[][],string[]) with ([[1, 2], [3]], ["one", "two", "three"]), the last example of the specification.
        byte[] data = AbiFunction.Parse("g(uint256[][],string[])").Encode(
            new object[] { new object[] { 1, 2 }, new object[] { 3 } }, new object[] { "one", "two", "three" });
        ulong[] words =
        [
            0x40, 0x140, 2, 0x40, 0xa0, 2, 1, 2, 1, 3, 3, 0x60, 0xa0, 0xe0, 3, 0, 3, 0, 5, 0,
        ];
        for (int i = 0; i < words.Length; i++)
        {
            UInt256 word = UInt256.FromBigEndian(data.AsSpan(4 + (32 * i), 32));
            if (words[i] != 0) Assert.Equal(words[i], word);
        }

        Assert.Equal(4 + (32 * words.Length), data.Length);
        Assert.Equal("one", Encoding.ASCII.GetString(data, 4 + (32 * 15), 3));
        Assert.Equal("three", Encoding.ASCII.GetString(data, 4 + (32 * 19), 5));
    }

    [Fact]
    public void Negative_numbers_are_extended_with_their_sign()
    {
        byte[] data = AbiEncoder.Encode([AbiType.Int(8), AbiType.Int(256)], (BigInteger)(-1), -(BigInteger.One << 255));
        Assert.Equal(UInt256.MaxValue, UInt256.FromBigEndian(data.AsSpan(0, 32)));
        Assert.Equal(Int256.MinValue, UInt256.FromBigEndian(data.AsSpan(32, 32)));
        Assert.True(AbiDecoder.TryDecode([AbiType.Int(8), AbiType.Int(256)], data, out object[]? read));
        Assert.Equal([BigInteger.MinusOne, -(BigInteger.One << 255)], read);
    }

    [Fact]
    public void Static_tuples_and_arrays_lie_in_the_head()
    {
        byte[] data = AbiFunction.Parse("f((uint8,bool)[2],bytes)").Encode(
            new object[] { new object[] { 1, true }, new object[] { 2, false } }, new byte[] { 0xaa });
        UInt256[] words = [.. data[4..].Chunk(32).Select(word => UInt256.FromBigEndian(word))];
        Assert.Equal([1, 1, 2, 0, 0xa0, 1, (UInt256)0xaa << 248], words);
    }

    [Theory]
    [InlineData("uint7")]
    [InlineData("uint264")]
    [InlineData("int0")]
    [InlineData("bytes33")]
    [InlineData("bytes0")]
    [InlineData("address payable")]
    [InlineData("(uint256")]
    [InlineData("uint256)")]
    [InlineData("uint256[")]
    [InlineData("uint256[-1]")]
    [InlineData("uint256[][x]")]
    [InlineData("")]
    public void Text_that_is_no_type_is_refused(string text) => Assert.False(AbiType.TryParse(text, out _));

    [Theory]
    [InlineData("uint8", 256)]
    [InlineData("bool", 1)]
    [InlineData("bytes4", "text")]
    public void Values_that_do_not_fit_are_a_bug(string type, object value) =>
        Assert.Throws<ArgumentException>(() => AbiEncoder.Encode([AbiType.Parse(type)], value));

    private static object Value(JsonElement value, AbiType type) => type.Kind switch
    {
        AbiKind.Array => value.EnumerateArray().Select(item => Value(item, type.Element!)).ToArray(),
        AbiKind.UInt => UInt256.Parse(value.GetUInt64().ToString(CultureInfo.InvariantCulture)),
        AbiKind.Address => Address.Parse(value.GetString()!),
        _ => Encoding.ASCII.GetBytes(value.GetString()!),
    };
}
