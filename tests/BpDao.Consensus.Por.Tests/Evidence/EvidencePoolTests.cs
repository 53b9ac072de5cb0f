using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Evidence;

public sealed class EvidencePoolTests
{
    private readonly CrashableSafetyStore _store = new();

    [Fact]
    public void It_survives_a_power_cut()
    {
        EvidencePool pool = new(_store);
        EvidenceItem[] items = [.. Samples.All.Skip(1)]; // as many of one slot as it takes
        foreach (EvidenceItem item in items) Assert.True(pool.TryAdd(item, 1));
        _store.PowerCut();
        Assert.Equal(items, new EvidencePool(_store).Items);
        pool.Remove(_ => true);
        _store.PowerCut();
        Assert.Empty(new EvidencePool(_store).Items);
    }

    [Fact]
    public void A_damaged_record_is_forgotten_and_said()
    {
        Assert.True(new EvidencePool(_store).TryAdd(Samples.DoubleProposal(1), 1));
        _store.IsDamaged = true;
        EvidencePool pool = new(_store);
        Assert.Empty(pool.Items);
        Assert.True(pool.WasDamaged);
    }

    [Fact]
    public void One_slot_is_accused_once_of_one_thing_at_one_height()
    {
        EvidencePool pool = new(_store);
        Assert.True(pool.TryAdd(Samples.DoubleSecondVote(3), 1));
        Assert.False(pool.Wants(Samples.DoubleSecondVote(3)));
        Assert.True(pool.Wants(Samples.DoubleSecondVote(2)));
        Assert.True(pool.Wants(Samples.HiddenSecondVote(3)));
        Assert.True(pool.Wants(Samples.DoubleSecondVote(3, height: 2)));
    }

    // Below the epoch clock's start nobody can tell for sure which of two epochs is the true one.
    [Fact]
    public void The_same_in_another_epoch_is_another_thing()
    {
        EvidencePool pool = new(_store);
        Assert.True(pool.TryAdd(Samples.DoubleSecondVote(3), 1));
        Assert.True(pool.Wants(Samples.DoubleSecondVote(3, epoch: 1)));
        pool.Refuse([Samples.DoubleSecondVote(3)]);
        Assert.False(pool.Wants(Samples.DoubleSecondVote(3)));
        Assert.True(pool.Wants(Samples.DoubleSecondVote(3, epoch: 1)));
    }

    [Fact]
    public void Two_commit_certificates_and_two_second_votes_are_one_thing()
    {
        EvidencePool pool = new(_store);
        Assert.True(pool.TryAdd(Samples.TwoCommits(), 1));
        Assert.False(pool.Wants(Samples.DoubleSecondVote(2)));
        Assert.True(pool.Wants(Samples.DoubleSecondVote(3)));
    }

    [Fact]
    public void One_cheat_does_not_crowd_out_the_others()
    {
        EvidencePool pool = new(_store);
        for (ulong height = 1; height <= EvidencePool.CapacityOfSlot; height++) Assert.True(pool.TryAdd(Samples.DoubleSecondVote(3, height), 1));
        Assert.False(pool.TryAdd(Samples.DoubleSecondVote(3, height: 99), 1));
        Assert.True(pool.TryAdd(Samples.DoubleSecondVote(2, height: 99), 1));
    }

    [Fact]
    public void Small_offences_of_a_cheat_make_room_for_its_great_one()
    {
        EvidencePool pool = new(_store);
        for (ulong height = 1; height <= EvidencePool.CapacityOfSlot; height++) Assert.True(pool.TryAdd(Samples.DoubleSecondVote(3, height), worth: height));
        Assert.True(pool.TryAdd(Samples.DoubleSecondVote(3, height: 99), worth: 100));
        Assert.Equal([99ul, 4, 3, 2], pool.Items.Select(i => i.Height));
        Assert.False(pool.TryAdd(Samples.DoubleSecondVote(3, height: 1), worth: 2));
    }

    [Fact]
    public void It_is_bounded()
    {
        EvidencePool pool = new(_store);
        for (uint slot = 0; slot < EvidencePool.Capacity; slot++) Assert.True(pool.TryAdd(Samples.DoubleSecondVote(slot), 1));
        Assert.False(pool.TryAdd(Samples.DoubleSecondVote(EvidencePool.Capacity), 1));
        Assert.Equal(EvidencePool.Capacity, pool.Items.Count);
    }

    [Fact]
    public void Where_it_is_full_the_lightest_makes_room_for_what_weighs_more()
    {
        EvidencePool pool = new(_store);
        for (uint slot = 0; slot < EvidencePool.Capacity; slot++) Assert.True(pool.TryAdd(Samples.DoubleSecondVote(slot, height: 1), worth: 100 - slot));
        EvidenceItem heavy = Samples.DoubleSecondVote(99, height: 99);
        Assert.True(pool.TryAdd(heavy, worth: 101));
        Assert.Equal(EvidencePool.Capacity, pool.Items.Count);
        Assert.Equal(heavy, pool.Items[0]);
        Assert.True(pool.Wants(Samples.DoubleSecondVote(EvidencePool.Capacity - 1)));
        _store.PowerCut();
        Assert.Equal(pool.Items, new EvidencePool(_store).Items);
    }

    [Fact]
    public void What_was_carried_in_vain_never_comes_back()
    {
        EvidencePool pool = new(_store);
        Assert.True(pool.TryAdd(Samples.DoubleSecondVote(3), 1));
        pool.Refuse([Samples.DoubleSecondVote(3)]);
        Assert.Empty(pool.Items);
        Assert.False(pool.Wants(Samples.DoubleSecondVote(3)));
        Assert.True(pool.Wants(Samples.DoubleSecondVote(2)));
    }

    [Fact]
    public void What_takes_most_goes_first_and_then_the_oldest_height()
    {
        EvidencePool pool = new(_store);
        foreach (ulong height in (ulong[])[7, 3, 5, 9]) Assert.True(pool.TryAdd(Samples.DoubleSecondVote((uint)height, height), worth: height == 9 ? 2u : 1));
        Assert.Equal([9ul, 3, 5, 7], pool.Items.Select(i => i.Height));
        pool.Appraise(i => i.Height switch { 5 => 3, 7 => null, _ => UInt256.One });
        Assert.Equal([5ul, 3, 9], pool.Items.Select(i => i.Height));
    }
}
