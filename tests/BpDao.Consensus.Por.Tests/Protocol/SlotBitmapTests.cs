using BpDao.Consensus.Por.Protocol;
using CsCheck;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>Protocol rule 2.5: bit (i mod 8), least significant first, of byte i / 8; no trailing zero byte.</summary>
public sealed class SlotBitmapTests
{
    [Fact]
    public void Bits_stand_where_the_rule_says()
    {
        Assert.Equal((byte[])[0b1000_0001, 0b0000_0010], SlotBitmap.Of([0, 7, 9]).Bytes.ToArray());
        Assert.Empty(SlotBitmap.Of([]).Bytes.ToArray());
    }

    [Theory]
    [InlineData("00", false)]
    [InlineData("0100", false)]
    [InlineData("0001", true)]
    [InlineData("", true)]
    public void A_trailing_zero_byte_is_another_encoding_and_refused(string hex, bool expected) =>
        Assert.Equal(expected, SlotBitmap.TryCreate(Convert.FromHexString(hex), out _));

    [Fact]
    public void More_slots_than_the_contracts_have_are_refused()
    {
        byte[] bytes = new byte[(SlotBitmap.MaxSlots / 8) + 1];
        bytes[^1] = 1;
        Assert.False(SlotBitmap.TryCreate(bytes, out _));
        Assert.True(SlotBitmap.TryCreate(bytes.AsSpan(1), out _));
    }

    [Fact]
    public void Sets_come_back_as_they_went_in() =>
        Gen.UInt[0, SlotBitmap.MaxSlots - 1].HashSet[0, 40].Sample(set =>
        {
            SlotBitmap bitmap = SlotBitmap.Of(set);
            Assert.Equal(set.Order(), bitmap.Slots());
            Assert.Equal(set.Count, bitmap.Count);
            Assert.True(SlotBitmap.TryCreate(bitmap.Bytes, out SlotBitmap? again) && again.Equals(bitmap));
        });

    [Fact]
    public void Unions_and_intersections_are_those_of_the_sets() =>
        Gen.Select(Gen.UInt[0, 300].HashSet[0, 20], Gen.UInt[0, 300].HashSet[0, 20]).Sample((a, b) =>
        {
            (SlotBitmap left, SlotBitmap right) = (SlotBitmap.Of(a), SlotBitmap.Of(b));
            Assert.Equal(a.Union(b).Order(), left.Union(right).Slots());
            Assert.Equal(a.Intersect(b).Any(), left.Intersects(right));
        });
}
