using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Rules;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Engine;

public sealed class EvidenceKeeperTests : IDisposable
{
    private readonly LoneChain _chain = new LoneChain().Commit(2);
    private readonly CountingScheme _scheme;
    private readonly EvidenceKeeper _keeper;

    public EvidenceKeeperTests()
    {
        _scheme = new CountingScheme(_chain.Verifier.Scheme);
        _keeper = new EvidenceKeeper(new CertificateVerifier(_chain.Verifier.Domain, _scheme), _chain.Rules.Epochs, new CrashableSafetyStore());
    }

    public void Dispose() => _chain.Dispose();

    [Fact]
    public void True_evidence_that_is_done_with_is_checked_once_a_height()
    {
        EvidenceItem item = TwoSecondVotes(1);
        _chain.Commit(_chain.Payload() with { Evidence = [item] });
        Begin(own: 0);
        Assert.False(_keeper.Offer(item, out string? fault));
        Assert.Null(fault);
        int checks = _scheme.Checks;
        Assert.True(checks > 0);
        for (int i = 0; i < 10; i++) Assert.False(_keeper.Offer(item, out _));
        Assert.Equal(checks, _scheme.Checks);

        // Another offence is still looked at, and so is this one at the next height.
        Assert.True(_keeper.Offer(TwoSecondVotes(2), out _));
        checks = _scheme.Checks;
        _chain.Commit(1);
        Begin(own: 0);
        Assert.False(_keeper.Offer(item, out _));
        Assert.True(_scheme.Checks > checks);
    }

    [Fact]
    public void What_other_leaders_carry_in_vain_is_not_given_up()
    {
        EvidenceItem item = TwoSecondVotes(1);
        Begin(own: 7);
        Assert.True(_keeper.Offer(item, out _));
        // Blocks of slot 0 that carry it and convict nobody: as if they left no gas for it.
        Block inVain = _chain.With(_chain.Payload() with { Evidence = [item] });
        for (int i = 0; i < 5; i++) _keeper.Begin(_chain.View, inVain, own: 7);
        Assert.Equal([item], _keeper.Items);
        for (int i = 0; i < 5; i++) _keeper.Begin(_chain.View, inVain, own: null);
        Assert.Equal([item], _keeper.Items);

        // What the own blocks carry in vain must not cost turn after turn.
        for (int i = 0; i < 5; i++) _keeper.Begin(_chain.View, inVain, own: 0);
        Assert.Empty(_keeper.Items);
    }

    [Fact]
    public void Of_several_items_that_make_no_block_each_gets_its_chance()
    {
        EvidenceItem first = TwoSecondVotes(1), second = TwoSecondVotes(2);
        Begin(own: 0);
        Assert.True(_keeper.Offer(first, out _));
        Assert.True(_keeper.Offer(second, out _));
        Assert.Equal([first, second], _keeper.ForPayload());
        _keeper.Refuse([first, second]);
        Assert.Equal([first], _keeper.ForPayload());
        _keeper.Refuse([first]);
        Assert.Equal([second], _keeper.ForPayload());
    }

    [Fact]
    public void Evidence_that_names_another_epoch_than_its_height_s_is_not_taken_and_does_not_keep_the_true_one_out()
    {
        _chain.Commit(18); // the second epoch of 16 blocks has begun
        Begin(own: 0);
        Assert.False(_keeper.Offer(TwoSecondVotes(18), out string? fault));
        Assert.Equal("height 18 is not of epoch 0", fault);
        Assert.False(_keeper.Offer(TwoSecondVotes(16, epoch: 1), out _));
        Assert.True(_keeper.Offer(TwoSecondVotes(18, epoch: 1), out _));
        Assert.True(_keeper.Offer(TwoSecondVotes(16), out _));
    }

    // An older version kept such items.
    [Fact]
    public void Evidence_of_another_epoch_that_is_on_the_disk_is_forgotten()
    {
        _chain.Commit(18);
        CrashableSafetyStore disk = new();
        Assert.True(new EvidencePool(disk).TryAdd(TwoSecondVotes(18), 1));
        EvidenceKeeper keeper = new(_chain.Verifier, _chain.Rules.Epochs, disk);
        keeper.Begin(_chain.View, head: null, own: 0);
        Assert.Empty(keeper.Items);
    }

    // As it is after a change of the epochs' length, where the state does not tell.
    [Fact]
    public void A_node_that_has_the_record_of_a_height_takes_evidence_of_its_epoch_only()
    {
        _chain.Commit(18);
        _chain.Rules.Epochs.Expect([EpochStore.Record(5, new BlockRecord(1, 0, 0, 0, false, 0))]);
        Begin(own: 0);
        Assert.False(_keeper.Offer(TwoSecondVotes(5), out string? fault));
        Assert.Null(fault);
        Assert.True(_keeper.Offer(TwoSecondVotes(6), out _));
    }

    private void Begin(uint own) => _keeper.Begin(_chain.View, head: null, own);

    private EvidenceItem TwoSecondVotes(ulong height, ulong epoch = 0) => EvidenceItem.Between(SecondVote(height, epoch, 1), SecondVote(height, epoch, 2))!;

    private SignedStatement SecondVote(ulong height, ulong epoch, byte block)
    {
        Hash256 hash = Keccak256.Hash([block]);
        return new SignedStatement(MessageKind.Vote2, epoch, height, 0, 0, hash, default, _chain.Sign(_chain.Verifier.Domain.Vote(MessageKind.Vote2, epoch, height, 0, hash)));
    }
}
