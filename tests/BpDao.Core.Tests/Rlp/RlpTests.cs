using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using BpDao.Testing;
using CsCheck;
using Xunit;

namespace BpDao.Core.Tests;

public sealed class RlpTests
{
    [Fact]
    public void What_is_written_is_read_and_is_the_only_encoding() => RlpItem.Gen(3).Sample(item =>
    {
        byte[] encoded = item.Encode();
        return RlpItem.TryDecode(encoded, out RlpItem? read) && read!.Encode().AsSpan().SequenceEqual(encoded);
    }, iter: 3000);

    [Fact]
    public void Whatever_is_accepted_is_canonical() => Gen.Byte.Array[0, 80].Sample(input =>
        !RlpItem.TryDecode(input, out RlpItem? item) || item!.Encode().AsSpan().SequenceEqual(input), iter: 50_000);

    [Fact]
    public void A_changed_byte_is_refused_or_another_item() => Gen.Select(RlpItem.Gen(2), Gen.Int[0, 10_000], Gen.Byte).Sample((item, at, value) =>
    {
        byte[] encoded = item.Encode();
        encoded[at % encoded.Length] = value;
        return !RlpItem.TryDecode(encoded, out RlpItem? read) || read!.Encode().AsSpan().SequenceEqual(encoded);
    }, iter: 20_000);

    [Fact]
    public void A_truncated_or_lengthened_item_is_refused() => Gen.Select(RlpItem.Gen(2), Gen.Int[0, 10_000], Gen.Byte).Sample((item, cut, extra) =>
    {
        byte[] encoded = item.Encode();
        return !RlpItem.TryDecode(encoded.AsSpan(0, cut % encoded.Length), out _) && !RlpItem.TryDecode([.. encoded, extra], out _);
    }, iter: 5000);

    [Fact]
    public void Scalars_come_back() => Gen.Select(Words.Any, Gen.ULong).Sample((wide, narrow) =>
    {
        ulong small = narrow >> (int)(wide.L3 & 63);
        RlpReader reader = new(new RlpWriter(1).Write(wide).Write(small).Write(wide.ToHash()).ToArray());
        return reader.TryReadUInt256(out UInt256 readWide) && readWide == wide && reader.TryReadUInt64(out ulong readSmall) && readSmall == small
            && reader.TryReadHash(out Hash256 hash) && hash == wide.ToHash() && reader.AtEnd;
    }, iter: 5000);

    [Theory]
    [InlineData(0UL, "80")]
    [InlineData(1UL, "01")]
    [InlineData(0x7fUL, "7f")]
    [InlineData(0x80UL, "8180")]
    [InlineData(0x100UL, "820100")]
    [InlineData(0xffffffffffffffUL, "87ffffffffffffff")]
    [InlineData(ulong.MaxValue, "88ffffffffffffffff")]
    public void Scalars_have_no_leading_zeros(ulong value, string expected)
    {
        Assert.Equal(expected, Convert.ToHexStringLower(new RlpWriter(1).Write(value).ToArray()));
        Assert.Equal(expected, Convert.ToHexStringLower(new RlpWriter(1).Write((UInt256)value).ToArray()));
    }

    [Theory]
    [InlineData("00")] // zero is the empty string
    [InlineData("820001")]
    [InlineData("a1000000000000000000000000000000000000000000000000000000000000000001")]
    [InlineData("a1010000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("c0")]
    public void Malformed_scalars_are_refused(string hex)
    {
        Assert.False(new RlpReader(Hex.Decode(hex)).TryReadUInt256(out _));
        Assert.False(new RlpReader(Hex.Decode(hex)).TryReadUInt64(out _));
    }

    [Fact]
    public void A_scalar_too_wide_for_its_type_is_refused()
    {
        byte[] nine = Hex.Decode("89010000000000000000");
        Assert.False(new RlpReader(nine).TryReadUInt64(out _));
        Assert.True(new RlpReader(nine).TryReadUInt256(out UInt256 wide));
        Assert.Equal(new UInt256(0, 1, 0, 0), wide);
    }

    [Theory]
    [InlineData("8100")] // a byte below 0x80 is its own encoding
    [InlineData("817f")]
    [InlineData("b800")] // a short length in the long form
    [InlineData("b837" + "00")]
    [InlineData("b90038" + "00")] // a length with a leading zero
    [InlineData("f800")]
    [InlineData("b8")] // no length where one must be
    [InlineData("bf7fffffffffffffff")] // larger than anything
    [InlineData("fb7ffffff8")]
    [InlineData("c483646f")] // a string that runs past its list
    [InlineData("")]
    public void Malformed_items_are_refused(string hex) => Assert.False(RlpItem.TryDecode(Hex.Decode(hex), out _));

    [Theory]
    [InlineData(19)]
    [InlineData(21)]
    [InlineData(0)]
    public void Addresses_have_twenty_bytes(int length)
    {
        byte[] encoded = new RlpWriter().Write(new byte[length]).ToArray();
        Assert.False(new RlpReader(encoded).TryReadAddress(out _));
        Assert.Equal(length == 0, new RlpReader(encoded).TryReadOptionalAddress(out Address? to));
        Assert.Null(to);
    }

    [Fact]
    public void Strings_longer_than_allowed_are_refused()
    {
        byte[] encoded = new RlpWriter().Write(new byte[33]).ToArray();
        Assert.False(new RlpReader(encoded).TryReadBytes(32, out byte[] _));
        Assert.True(new RlpReader(encoded).TryReadBytes(33, out byte[] bytes));
        Assert.Equal(33, bytes.Length);
    }

    [Fact]
    public void An_open_list_cannot_be_taken() =>
        Assert.Throws<InvalidOperationException>(() => new RlpWriter().StartList().ToArray());

    [FixtureFact("basic.zip")]
    public void Writes_the_official_vectors()
    {
        using JsonDocument vectors = Fixtures.ReadJson("basic.zip", "RLPTests/rlptest.json");
        Assert.All(vectors.RootElement.EnumerateObject(), vector =>
        {
            RlpWriter writer = new(1);
            WriteJson(writer, vector.Value.GetProperty("in"));
            byte[] expected = Hex.Decode(vector.Value.GetProperty("out").GetString()!);
            Assert.Equal(expected, writer.ToArray());
            Assert.True(RlpItem.TryDecode(expected, out RlpItem? item), vector.Name);
            Assert.Equal(expected, item!.Encode());
        });
    }

    [FixtureTheory("basic.zip")]
    [InlineData("RLPTests/invalidRLPTest.json")]
    [InlineData("RLPTests/RandomRLPTests/example.json")]
    public void Judges_the_official_vectors(string path)
    {
        using JsonDocument vectors = Fixtures.ReadJson("basic.zip", path);
        Assert.All(vectors.RootElement.EnumerateObject(), vector =>
        {
            bool valid = vector.Value.GetProperty("in").GetString() == "VALID";
            Assert.Equal(valid, RlpItem.TryDecode(Hex.Decode(vector.Value.GetProperty("out").GetString()!), out _));
        });
    }

    private static void WriteJson(RlpWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                writer.StartList();
                foreach (JsonElement item in value.EnumerateArray()) WriteJson(writer, item);
                writer.EndList();
                break;
            case JsonValueKind.Number:
                writer.Write(value.GetUInt64());
                break;
            default:
                string text = value.GetString()!;
                if (text.StartsWith('#')) writer.Write(BigInteger.Parse(text.AsSpan(1), CultureInfo.InvariantCulture).ToByteArray(true, true));
                else writer.Write(Encoding.UTF8.GetBytes(text));
                break;
        }
    }
}
