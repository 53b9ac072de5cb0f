using BpDao.Core;
using BpDao.Testing;
using Xunit;
using static BpDao.Evm.Tests.EvmFixture;

namespace BpDao.Evm.Tests.World;

public sealed class WorldStateTests
{
    private static readonly Address A = Address.FromNumber(0xa), B = Address.FromNumber(0xb);
    private static readonly IReleaseSpec Osaka = new TestSpec(Fork.Osaka), Homestead = new TestSpec(Fork.Homestead);

    [Fact]
    public void Has_no_diff_when_every_change_was_taken_back_by_another()
    {
        WorldState world = new(new TestState().With(A, balance: 5, nonce: 1, code: [1], (1, 2)));
        world.SetStorage(A, 1, 3);
        world.SetBalance(A, 6);
        world.CommitTransaction(Osaka);
        world.SetStorage(A, 1, 2);
        world.SetBalance(A, 5);
        world.CommitTransaction(Osaka);

        Assert.True(world.BuildDiff().IsEmpty);
    }

    [Fact]
    public void Reading_changes_nothing()
    {
        WorldState world = new(new TestState().With(A, balance: 5, storage: (1, 2)));
        AssertWord(2, world.GetStorage(A, 1));
        Assert.False(world.Exists(B));
        AssertWord(0, world.GetStorage(B, 1));

        Assert.True(world.BuildDiff().IsEmpty);
    }

    [Fact]
    public void Says_only_the_slots_that_differ()
    {
        WorldState world = new(new TestState().With(A, nonce: 1, storage: [(1, 2), (2, 3)]));
        world.SetStorage(A, 1, 0);
        world.SetStorage(A, 3, 4);
        world.CommitTransaction(Osaka);

        AccountDiff changed = Assert.Single(world.BuildDiff().Accounts).Value;
        Assert.Equal(new Dictionary<UInt256, UInt256> { [1] = 0, [3] = 4 }, changed.Storage);
        Assert.False(changed.StorageCleared);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_touched_empty_account_goes_from_Spurious_Dragon_on(bool isOsaka, bool remains)
    {
        WorldState world = new(new TestState().With(A));
        world.Credit(A, 0);
        world.Credit(B, 0);
        world.CommitTransaction(isOsaka ? Osaka : Homestead);

        Assert.Equal(remains, world.Exists(A));
        Assert.Equal(remains, world.Exists(B));
        Assert.Equal(!isOsaka, world.BuildDiff().Accounts.ContainsKey(B));
        Assert.Equal(isOsaka, world.BuildDiff().Accounts.ContainsKey(A));
    }

    [Fact]
    public void An_untouched_empty_account_stays()
    {
        WorldState world = new(new TestState().With(A));
        AssertWord(0, world.GetBalance(A));
        world.CommitTransaction(Osaka);
        Assert.True(world.Exists(A));
    }

    [Fact]
    public void A_failed_call_leaves_only_ripemd_touched()
    {
        Address ripemd = Address.FromNumber(3);
        WorldState world = new(new TestState().With(A).With(ripemd));
        Snapshot before = world.TakeSnapshot();
        world.Credit(A, 0);
        world.Credit(ripemd, 0);
        world.Restore(before);
        world.CommitTransaction(Osaka);

        Assert.True(world.Exists(A));
        Assert.False(world.Exists(ripemd));
    }

    [Fact]
    public void A_contract_destroyed_and_made_again_has_none_of_its_old_storage()
    {
        WorldState world = new(new TestState().With(A, nonce: 1, code: [1], storage: [(1, 2), (2, 3)]));
        AssertWord(2, world.GetStorage(A, 1));
        world.MarkDestroyed(world.Load(A));
        world.CommitTransaction(Osaka);
        Assert.False(world.Exists(A));
        world.SetNonce(A, 1);
        world.SetStorage(A, 2, 9);
        AssertWord(0, world.GetStorage(A, 1));
        world.CommitTransaction(Osaka);

        AccountDiff changed = world.BuildDiff().Accounts[A];
        Assert.True(changed.Exists);
        Assert.True(changed.StorageCleared);
        Assert.Equal(new Dictionary<UInt256, UInt256> { [2] = 9 }, changed.Storage);
    }

    [Fact]
    public void New_code_is_in_the_diff_once_and_only_while_somebody_has_it()
    {
        WorldState world = new(new TestState());
        world.SetCode(A, new byte[] { 1, 2 });
        world.SetCode(B, new byte[] { 1, 2 });
        Snapshot before = world.TakeSnapshot();
        world.SetCode(B, new byte[] { 3 });
        world.Restore(before);
        world.CommitTransaction(Osaka);

        Assert.Equal(Keccak256.Hash([1, 2]), Assert.Single(world.BuildDiff().Code).Key);
    }

    [Fact]
    public void Does_not_take_more_than_there_is()
    {
        WorldState world = new(new TestState().With(A, balance: 5));
        Assert.False(world.TryDebit(A, 6));
        Assert.True(world.TryDebit(A, 5));
        AssertWord(0, world.GetBalance(A));
    }

    [Fact]
    public void Transient_storage_and_access_lists_end_with_the_transaction()
    {
        WorldState world = new(new TestState().With(A, balance: 1));
        world.SetTransient(world.Load(A), 1, 2);
        Assert.True(world.WarmUp(world.Load(A)));
        Assert.False(world.WarmUp(world.Load(A)));
        world.CommitTransaction(Osaka);

        AssertWord(0, world.GetTransient(world.Load(A), 1));
        Assert.True(world.WarmUp(world.Load(A)));
    }

    [Fact]
    public void Finds_every_slot_of_many()
    {
        WorldState world = new(new TestState().With(A, nonce: 1));
        for (ulong i = 0; i < 5_000; i++) world.SetStorage(A, (UInt256)i << 200, i + 1);
        for (ulong i = 0; i < 5_000; i++) AssertWord(i + 1, world.GetStorage(A, (UInt256)i << 200));
        world.CommitTransaction(Osaka);
        Assert.Equal(5_000, world.BuildDiff().Accounts[A].Storage.Count);
    }
}
