using BpDao.Core;
using BpDao.Testing;
using Xunit;
using static BpDao.Evm.Opcode;
using static BpDao.Evm.Tests.EvmFixture;

namespace BpDao.Evm.Tests.Execution;

/// <summary>Calls outside transactions.</summary>
public sealed class CallRequestTests
{
    private static readonly TestSpec Osaka = new(Fork.Osaka);

    private static WorldState WithWriter() =>
        new(new TestState().With(Contract, nonce: 1, code: new Bytecode().Sstore(1, 7).Push(0).Push(0).Op(LOG0).Op(CALLER).ReturnTop().Done()));

    [Fact]
    public void A_read_only_call_answers_and_leaves_nothing()
    {
        WorldState world = WithWriter();
        world.Credit(Caller, 5);
        CallResult result = Processor.ReadOnlyCall(new CallRequest { From = Caller, To = Contract, Gas = 100_000 }, Context, Osaka, world);

        Assert.True(result.Success);
        Assert.Equal(Word.Of(Caller), UInt256.FromBigEndian(result.Output.Span));
        Assert.Single(result.Logs);
        Assert.Empty(world.Logs);
        AssertWord(0, world.GetStorage(Contract, 1));
        AssertWord(5, world.GetBalance(Caller)); // what was there before stays
    }

    [Fact]
    public void A_system_call_comes_from_the_system_address_and_is_committed()
    {
        WorldState world = WithWriter();
        CallResult result = Processor.ExecuteSystemCall(Contract, default, Context, Osaka, world);
        Assert.Equal(Word.Of(ForkSystemCalls.Caller), UInt256.FromBigEndian(result.Output.Span));
        AssertWord(7, world.GetStorage(Contract, 1));
        Assert.Equal(Contract, Assert.Single(world.BuildDiff().Accounts).Key); // the system address is not made
    }

    [Fact]
    public void A_system_call_to_nothing_succeeds_and_does_nothing()
    {
        WorldState world = new(new TestState());
        Assert.True(Processor.ExecuteSystemCall(ForkSystemCalls.BeaconRoots, new byte[32], Context, Osaka, world).Success);
        Assert.True(world.BuildDiff().IsEmpty);
    }

    [Fact]
    public void A_creation_can_be_put_where_the_request_says()
    {
        Address at = Address.FromNumber(0xb0da10);
        WorldState world = new(new TestState());
        CallResult result = Processor.Call(
            new CallRequest { From = Caller, To = null, CreateAt = at, Gas = 1_000_000, Input = Bytecode.Of(STOP, STOP).Deploying() }, Context, Osaka, world);
        Assert.Equal(at, result.ContractAddress);
        Assert.Equal([0, 0], world.GetCode(at).ToArray());

        CallResult again = Processor.Call(
            new CallRequest { From = Caller, To = null, CreateAt = at, Gas = 1_000_000, Input = Bytecode.Of(STOP).Deploying() }, Context, Osaka, world);
        Assert.Equal(HaltReason.AddressCollision, again.Halt);
    }

    [Fact]
    public void Value_that_is_not_there_cannot_be_sent() => Assert.Equal(
        HaltReason.InsufficientBalance,
        Processor.Call(new CallRequest { From = Caller, To = Contract, Value = 1, Gas = 1_000 }, Context, Osaka, new WorldState(new TestState())).Halt);

    [Fact]
    public void System_calls_follow_the_fork()
    {
        BlockHeader header = new() { Number = 5, ParentHash = Keccak256.Hash([1]), ParentBeaconBlockRoot = Keccak256.Hash([2]) };
        Assert.Empty(ForkSystemCalls.BeforeTransactions(new TestSpec(Fork.Shanghai), header));
        Assert.Equal(ForkSystemCalls.BeaconRoots, Assert.Single(ForkSystemCalls.BeforeTransactions(new TestSpec(Fork.Cancun), header)).To);
        ForkSystemCall[] osaka = [.. ForkSystemCalls.BeforeTransactions(Osaka, header)];
        Assert.Equal([ForkSystemCalls.BeaconRoots, ForkSystemCalls.HistoryStorage], osaka.Select(c => c.To));
        Assert.Equal(header.ParentHash.ToArray(), osaka[1].Input.ToArray());
        Assert.Empty(ForkSystemCalls.AfterTransactions(Osaka)); // a network without requests
    }

    [Fact]
    public void Many_threads_may_share_one_processor()
    {
        TestState state = new TestState().With(Contract, nonce: 1, code: new Bytecode().Push(0).Op(CALLDATALOAD, DUP1, MUL).ReturnTop().Done());
        Parallel.For(0, 200, i =>
        {
            UInt256 input = (ulong)i;
            CallResult result = Call(new WorldState(state), input: input.ToBigEndian());
            Assert.Equal(input * input, UInt256.FromBigEndian(result.Output.Span));
        });
    }
}
