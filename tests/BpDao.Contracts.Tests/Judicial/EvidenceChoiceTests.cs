using BpDao.Consensus;
using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Evidence;
using BpDao.Contracts.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Contracts.Tests.Judicial;

/// <summary>Which evidence goes first where there is too much of it (protocol rule 7.1): what a conviction would take decides, so that who has little to
/// lose shields nobody who has much.</summary>
public sealed class EvidenceChoiceTests
{
    private const uint Heavy = 1, AnotherHeavy = 2, Dust = 4;

    private static readonly UInt256 Rep = UInt256.Parse("1000000000000000000");
    private static readonly UInt256 Bond = (UInt256)1_000_000 * Rep;

    [Fact]
    public void One_light_bond_with_four_offences_at_a_time_does_not_keep_a_heavy_one_out_of_blocks()
    {
        using PorTestChain chain = Start(1, out Cheating cheating, out EvidenceKeeper keeper);
        foreach (ulong height in (ulong[])[1, 2, 3, 4]) Assert.True(keeper.Offer(cheating.Of(EvidenceType.DoubleSecondVote, Dust, height), out _));
        EvidenceItem first = cheating.Of(EvidenceType.DoubleSecondVote, Heavy, 9);
        Assert.True(keeper.Offer(first, out _));
        Assert.Equal(first, keeper.ForPayload()[0]);

        // What was carried makes room for more of the same, at lower heights than what comes next.
        chain.Block(b => b.Carry(keeper.ForPayload()));
        keeper.Begin(chain.View(), head: null, own: 0);
        foreach (ulong height in (ulong[])[5, 6, 7]) Assert.True(keeper.Offer(cheating.Of(EvidenceType.DoubleSecondVote, Dust, height), out _));
        EvidenceItem second = cheating.Of(EvidenceType.DoubleSecondVote, AnotherHeavy, 10);
        Assert.True(keeper.Offer(second, out _));
        Assert.Equal(second, keeper.ForPayload()[0]);
    }

    [Fact]
    public void Who_has_nothing_left_to_lose_goes_last()
    {
        using PorTestChain chain = Start(1, out Cheating cheating, out EvidenceKeeper keeper);
        chain.Block(b => b.Carry(cheating.Of(EvidenceType.DoubleSecondVote, Heavy, 1)));
        keeper.Begin(chain.View(), head: null, own: 0);
        EvidenceItem inVain = cheating.Of(EvidenceType.DoubleSecondVote, Heavy, 2), light = cheating.Of(EvidenceType.DoubleSecondVote, Dust, 3);
        EvidenceItem heavy = cheating.Of(EvidenceType.DoubleSecondVote, AnotherHeavy, 4);
        foreach (EvidenceItem item in (EvidenceItem[])[inVain, light, heavy]) Assert.True(keeper.Offer(item, out _));
        Assert.Equal([heavy, light, inVain], keeper.ForPayload());
    }

    [Fact]
    public void A_tenth_of_a_bond_goes_behind_the_whole_of_one()
    {
        using PorTestChain chain = Start(1, out Cheating cheating, out EvidenceKeeper keeper);
        EvidenceItem small = cheating.Of(EvidenceType.DoubleProposal, Heavy, 1), whole = cheating.Of(EvidenceType.HiddenSecondVote, AnotherHeavy, 9);
        foreach (EvidenceItem item in (EvidenceItem[])[small, whole]) Assert.True(keeper.Offer(item, out _));
        Assert.Equal([whole, small], keeper.ForPayload());
    }

    [Fact]
    public void A_payload_names_as_many_offenders_as_it_can()
    {
        using PorTestChain chain = Start(1, out Cheating cheating, out EvidenceKeeper keeper);
        EvidenceItem[] ofOne = [.. ((ulong[])[1, 2, 3, 4]).Select(height => cheating.Of(EvidenceType.DoubleSecondVote, Heavy, height))];
        EvidenceItem light = cheating.Of(EvidenceType.DoubleSecondVote, Dust, 9);
        foreach (EvidenceItem item in ofOne) Assert.True(keeper.Offer(item, out _));
        Assert.Equal(ofOne, keeper.ForPayload());
        Assert.True(keeper.Offer(light, out _));
        Assert.Equal([ofOne[0], light, ofOne[1], ofOne[2]], keeper.ForPayload());
    }

    [Fact]
    public void A_pool_that_is_full_of_dust_still_takes_what_weighs_more()
    {
        const uint Many = EvidencePool.Capacity / EvidencePool.CapacityOfSlot;
        using PorTestChain chain = Start(Many, out Cheating cheating, out EvidenceKeeper keeper);
        foreach (ulong height in (ulong[])[1, 2, 3, 4])
        {
            for (uint slot = Dust; slot < Dust + Many; slot++) Assert.True(keeper.Offer(cheating.Of(EvidenceType.DoubleSecondVote, slot, height), out _));
        }

        Assert.False(keeper.Offer(cheating.Of(EvidenceType.DoubleSecondVote, Dust, 5), out _));
        EvidenceItem heavy = cheating.Of(EvidenceType.DoubleSecondVote, Heavy, 9);
        Assert.True(keeper.Offer(heavy, out _));
        Assert.Equal(EvidencePool.Capacity, keeper.Items.Count);
        Assert.Equal(heavy, keeper.Items[0]);
    }

    /// <summary>Four heavy bonds and some of a millionth of their weight, ten blocks, and a node that has heard of nothing.</summary>
    private static PorTestChain Start(uint light, out Cheating cheating, out EvidenceKeeper keeper)
    {
        PorTestChain chain = new(new PorNetwork().With("minBond", Rep).With("mintingRatio", UInt256.Zero)
            .Bonds([.. Enumerable.Repeat((Bond, Bond), (int)Dust), .. Enumerable.Repeat((Rep, Rep), (int)light)]));
        chain.Blocks(10);
        cheating = new Cheating(chain);
        keeper = new EvidenceKeeper(chain.Verifier, chain.Epochs, new NoDisk());
        keeper.Begin(chain.View(), head: null, own: 0);
        return chain;
    }

    private sealed class NoDisk : ISafetyStore
    {
        public byte[]? Read(ReadOnlySpan<byte> key, out bool damaged)
        {
            damaged = false;
            return null;
        }

        public void Write(IReadOnlyList<KeyValuePair<byte[], byte[]?>> records)
        {
        }
    }
}
