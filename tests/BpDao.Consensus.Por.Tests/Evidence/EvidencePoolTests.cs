using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Tests.Support;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Evidence;

public sealed class EvidencePoolTests
{
    private readonly CrashableSafetyStore _store = new();

    [Fact]
    public void It_survives_a_power_cut()
    {
        EvidencePool pool = new(_store);
        foreach (EvidenceItem item in Samples.All) pool.Add(item);
        _store.PowerCut();
        Assert.Equal(Samples.All, new EvidencePool(_store).Items);
        pool.Remove(_ => true);
        _store.PowerCut();
        Assert.Empty(new EvidencePool(_store).Items);
    }

    [Fact]
    public void A_damaged_record_is_forgotten_and_said()
    {
        new EvidencePool(_store).Add(Samples.DoubleProposal(1));
        _store.IsDamaged = true;
        EvidencePool pool = new(_store);
        Assert.Empty(pool.Items);
        Assert.True(pool.WasDamaged);
    }

    [Fact]
    public void One_slot_is_accused_once_of_one_thing_at_one_height()
    {
        EvidencePool pool = new(_store);
        pool.Add(Samples.DoubleSecondVote(3));
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
        pool.Add(Samples.DoubleSecondVote(3));
        Assert.True(pool.Wants(Samples.DoubleSecondVote(3, epoch: 1)));
        pool.Refuse([Samples.DoubleSecondVote(3)]);
        Assert.False(pool.Wants(Samples.DoubleSecondVote(3)));
        Assert.True(pool.Wants(Samples.DoubleSecondVote(3, epoch: 1)));
    }

    [Fact]
    public void Two_commit_certificates_and_two_second_votes_are_one_thing()
    {
        EvidencePool pool = new(_store);
        pool.Add(Samples.TwoCommits());
        Assert.False(pool.Wants(Samples.DoubleSecondVote(2)));
        Assert.True(pool.Wants(Samples.DoubleSecondVote(3)));
    }

    [Fact]
    public void One_cheat_does_not_crowd_out_the_others()
    {
        EvidencePool pool = new(_store);
        for (ulong height = 1; height <= EvidencePool.CapacityOfSlot; height++) pool.Add(Samples.DoubleSecondVote(3, height));
        Assert.False(pool.Wants(Samples.DoubleSecondVote(3, height: 99)));
        Assert.True(pool.Wants(Samples.DoubleSecondVote(2, height: 99)));
    }

    [Fact]
    public void It_is_bounded()
    {
        EvidencePool pool = new(_store);
        for (uint slot = 0; slot < EvidencePool.Capacity; slot++) pool.Add(Samples.DoubleSecondVote(slot));
        Assert.False(pool.Wants(Samples.DoubleSecondVote(EvidencePool.Capacity)));
    }

    [Fact]
    public void What_was_carried_in_vain_never_comes_back()
    {
        EvidencePool pool = new(_store);
        pool.Add(Samples.DoubleSecondVote(3));
        pool.Refuse([Samples.DoubleSecondVote(3)]);
        Assert.Empty(pool.Items);
        Assert.False(pool.Wants(Samples.DoubleSecondVote(3)));
        Assert.True(pool.Wants(Samples.DoubleSecondVote(2)));
    }

    [Fact]
    public void The_oldest_height_goes_first()
    {
        EvidencePool pool = new(_store);
        foreach (ulong height in (ulong[])[7, 3, 5]) pool.Add(Samples.DoubleSecondVote((uint)height, height));
        Assert.Equal([3ul, 5, 7], pool.Items.Select(i => i.Height));
    }
}
