using System.Runtime.CompilerServices;
using Xunit;

namespace BpDao.Core.Tests;

public sealed class ValueTypeTests
{
    private const string SomeAddress = "0x00112233445566778899aabbccddeeff00112233";
    private const string SomeHash = "0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    [Fact]
    public void Sizes_are_those_of_the_bytes()
    {
        Assert.Equal(20, Unsafe.SizeOf<Address>());
        Assert.Equal(32, Unsafe.SizeOf<Hash256>());
        Assert.Equal(32, Unsafe.SizeOf<UInt256>());
    }

    [Fact]
    public void Hex_comes_back()
    {
        Assert.Equal(SomeAddress, Address.Parse(SomeAddress).ToString());
        Assert.Equal(SomeHash, Hash256.Parse(SomeHash[2..]).ToString());
        Assert.Equal(Hex.Decode(SomeHash), Hash256.Parse(SomeHash).ToArray());
        Assert.Equal("0x0000000000000000000000000000000000b0da01", Address.FromNumber(0xb0da01).ToString());
    }

    [Theory]
    [InlineData("0x001122")]
    [InlineData("0x00112233445566778899aabbccddeeff0011223")]
    [InlineData("0x00112233445566778899aabbccddeeff0011223g")]
    [InlineData("0x00112233445566778899aabbccddeeff0011223344")]
    [InlineData("")]
    [InlineData(null)]
    public void Malformed_addresses_are_refused(string? text) => Assert.False(Address.TryParse(text, out _));

    [Theory]
    [InlineData("0x0")]
    [InlineData("0xzz")]
    [InlineData(null)]
    public void Malformed_hex_is_refused(string? text) => Assert.False(Hex.TryDecode(text, out byte[]? _));

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1.0")]
    [InlineData("0x10000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639936")]
    public void Malformed_numbers_are_refused(string text) => Assert.False(UInt256.TryParse(text, out _));

    [Fact]
    public void Order_is_that_of_the_bytes()
    {
        Assert.True(Address.FromNumber(1) < Address.FromNumber(256));
        Assert.True(Hash256.Parse(SomeHash) > Hash256.Zero);
        Assert.True(Hash256.Zero.IsZero && Address.Zero.IsZero && !Hash256.Parse(SomeHash).IsZero);
        Assert.Equal(0, Hash256.Parse(SomeHash).CompareTo(Hash256.Parse(SomeHash)));
    }

    [Fact]
    public void Other_lengths_are_a_bug()
    {
        Assert.Throws<ArgumentException>(() => new Address(new byte[19]));
        Assert.Throws<ArgumentException>(() => new Hash256(new byte[33]));
        Assert.Throws<ArgumentException>(() => UInt256.FromBigEndian(new byte[33]));
        Assert.Throws<OverflowException>(() => (ulong)new UInt256(0, 1, 0, 0));
    }

    [Fact]
    public void A_bloom_passes_what_was_added_and_little_else()
    {
        LogEntry log = new(Address.Parse(SomeAddress), [Hash256.Parse(SomeHash)], default);
        Bloom bloom = Bloom.Of([log]);
        Assert.True(bloom.MayContain(log.Address.Bytes));
        Assert.True(bloom.MayContain(log.Topics[0].Bytes));
        Assert.Equal(6, bloom.Bytes.ToArray().Sum(b => int.PopCount(b)));
        Assert.False(bloom.MayContain(Address.FromNumber(5).Bytes));

        Bloom joined = new();
        joined.Add(bloom);
        Assert.Equal(bloom, joined);
        Assert.False(Bloom.Empty.MayContain(log.Address.Bytes));
    }

    [Fact]
    public void A_bloom_sets_the_bits_of_the_yellow_paper()
    {
        // §4.3.1: the low eleven bits of each of the first three byte pairs of the hash.
        byte[] item = Hex.Decode("0x0f572e5295c57f15886f9b263e2f6d2d6c7b5ec6");
        Hash256 hash = Keccak256.Hash(item);
        Bloom bloom = Bloom.Of([new LogEntry(new Address(item), [], default)]);
        for (int i = 0; i < 6; i += 2)
        {
            int bit = ((hash.Bytes[i] << 8) + hash.Bytes[i + 1]) % 2048;
            Assert.NotEqual(0, bloom.Bytes[255 - (bit / 8)] & (1 << (bit % 8)));
        }
    }
}
