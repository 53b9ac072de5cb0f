using BpDao.Core;
using BpDao.State.Ranges;
using CsCheck;
using Xunit;

namespace BpDao.State.Tests.Ranges;

public sealed class HashSpaceTests
{
    private static readonly Gen<Hash256> Hashes =
        Gen.Select(Gen.Byte.Array[Hash256.Size], Gen.Int[0, Hash256.Size], Gen.Bool, (bytes, tail, full) =>
        {
            bytes.AsSpan(Hash256.Size - tail).Fill(full ? (byte)0xff : (byte)0);
            return new Hash256(bytes);
        });

    [Fact]
    public void What_is_behind_has_what_is_before() => Hashes.Sample(hash =>
    {
        Assert.Equal(hash == HashSpace.End ? null : hash, HashSpace.After(hash) is { } after ? HashSpace.Before(after) : null);
        Assert.Equal(hash.IsZero ? null : hash, HashSpace.Before(hash) is { } before ? HashSpace.After(before) : null);
        if (HashSpace.After(hash) is { } next) Assert.True(next > hash);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(256)]
    public void Stretches_follow_each_other_from_the_first_hash_to_the_last(int count)
    {
        IReadOnlyList<(Hash256 From, Hash256 To)> stretches = HashSpace.Cut(count);
        Assert.Equal(count, stretches.Count);
        Assert.Equal(Hash256.Zero, stretches[0].From);
        Assert.Equal(HashSpace.End, stretches[^1].To);
        for (int i = 1; i < count; i++) Assert.Equal(stretches[i].From, HashSpace.After(stretches[i - 1].To));
    }

    [Fact]
    public void Below_a_path_are_the_hashes_that_begin_with_it()
    {
        Assert.Equal((Hash256.Zero, HashSpace.End), HashSpace.Below([]));
        (Hash256 from, Hash256 to) = HashSpace.Below([0xa, 0xb, 0xc]);
        Assert.Equal(Hash256.Parse("0xabc" + new string('0', 61)), from);
        Assert.Equal(Hash256.Parse("0xabc" + new string('f', 61)), to);
    }
}
