using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using CsCheck;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>Exact thirds (protocol rule 3.2), at any size of weight.</summary>
public sealed class BenchTests
{
    [Theory]
    [InlineData(3, 2, false)] // exactly two thirds is no quorum
    [InlineData(3, 3, true)]
    [InlineData(4, 3, true)]
    [InlineData(6, 4, false)]
    [InlineData(7, 5, true)]
    [InlineData(100, 66, false)]
    [InlineData(100, 67, true)]
    [InlineData(1, 1, true)]
    public void S8_Quorum_is_more_than_two_thirds(ulong total, ulong weight, bool expected) =>
        Assert.Equal(expected, TestBench.Of(0, total).IsQuorum(weight));

    [Theory]
    [InlineData(3, 1, false)] // exactly one third does not block
    [InlineData(3, 2, true)]
    [InlineData(4, 2, true)]
    [InlineData(6, 2, false)]
    [InlineData(100, 33, false)]
    [InlineData(100, 34, true)]
    public void Blocking_is_more_than_one_third(ulong total, ulong weight, bool expected) =>
        Assert.Equal(expected, TestBench.Of(0, total).IsBlocking(weight));

    [Fact]
    public void What_is_no_quorum_leaves_a_blocking_rest_and_the_other_way_round() =>
        Gen.Select(Gen.ULong[1, 1_000_000], Gen.ULong[0, 1_000_000]).Sample((total, part) =>
        {
            Bench bench = TestBench.Of(0, total);
            ulong weight = part % (total + 1);
            // Two quorums share more than a third: what is left of one cannot be a quorum's share without being blocked.
            Assert.Equal(3 * weight > 2 * total, bench.IsQuorum(weight));
            Assert.False(bench.IsQuorum(weight) && bench.IsBlocking(total - weight));
        });

    [Fact]
    public void Weights_of_two_to_the_128_are_counted_exactly()
    {
        UInt256 huge = UInt256.One << 128;
        BenchMember[] members = [.. Enumerable.Range(0, 3).Select(i => new BenchMember((uint)i, TestBench.KeyOf((uint)i), TestBench.KeyOf((uint)i).ToArray(), huge))];
        Assert.True(Bench.TryCreate(0, members, out Bench? bench));
        Assert.False(bench.IsQuorum(huge + huge));
        Assert.True(bench.IsQuorum(huge + huge + 1));
        Assert.False(bench.IsBlocking(huge));
        Assert.True(bench.IsBlocking(huge + 1));
    }

    public static TheoryData<string, BenchMember[]> NoBenches => new()
    {
        { "nobody", [] },
        { "no weight", [Member(0, 0)] },
        { "the same slot twice", [Member(1, 1), Member(1, 1, key: 2)] },
        { "descending slots", [Member(2, 1), Member(1, 1)] },
        { "one key twice", [Member(0, 1, key: 5), Member(1, 1, key: 5)] },
        { "a slot beyond the contracts' limit", [Member(SlotBitmap.MaxSlots, 1)] },
        { "weights that three times overflow", [new BenchMember(0, default, new byte[20], UInt256.MaxValue / 3 + 1)] },
    };

    [Theory]
    [MemberData(nameof(NoBenches))]
    public void What_is_no_bench_is_refused(string why, BenchMember[] members)
    {
        Assert.NotEmpty(why);
        Assert.False(Bench.TryCreate(0, members, out _));
    }

    private static BenchMember Member(uint slot, ulong weight, uint? key = null) => new(slot, default, TestBench.KeyOf(key ?? slot).ToArray(), weight);
}
