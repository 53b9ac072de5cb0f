using BpDao.Core;
using BpDao.Testing;
using Xunit;
using static BpDao.Evm.Opcode;
using static BpDao.Evm.Tests.EvmFixture;

namespace BpDao.Evm.Tests.Interpreter;

/// <summary>Frames that make frames.</summary>
public sealed class CallTests
{
    private static readonly Address Callee = Address.FromNumber(0x1234), Nobody = Address.FromNumber(0x9999);

    private static TestState CalleeHas(Bytecode code, UInt256? balance = null) => new TestState().With(Callee, balance, nonce: 1, code: code.Done());

    [Fact]
    public void A_call_moves_value_and_a_failed_one_does_not()
    {
        WorldState world = new(CalleeHas(Bytecode.Of(STOP)).With(Contract, balance: 10, nonce: 1, code: new Bytecode().Call(Callee, 4).ReturnTop().Done()));
        AssertWord(1, UInt256.FromBigEndian(Call(world).Output.Span));
        AssertWord(6, world.GetBalance(Contract));
        AssertWord(4, world.GetBalance(Callee));

        WorldState failing = new(CalleeHas(Bytecode.Of(INVALID)).With(Contract, balance: 10, nonce: 1, code: new Bytecode().Call(Callee, 4).ReturnTop().Done()));
        AssertWord(0, UInt256.FromBigEndian(Call(failing).Output.Span));
        AssertWord(10, failing.GetBalance(Contract));
        AssertWord(0, failing.GetBalance(Callee));
    }

    [Fact]
    public void More_value_than_there_is_fails_the_call_only()
    {
        TestState state = CalleeHas(Bytecode.Of(STOP));
        AssertWord(0, Top(new Bytecode().Call(Callee, 1), state: state));
    }

    [Fact]
    public void A_delegate_call_keeps_caller_value_and_storage()
    {
        Bytecode library = new Bytecode().Op(CALLER).Push(1).Op(SSTORE).Op(ADDRESS).Push(2).Op(SSTORE);
        Bytecode proxy = new Bytecode().Push(0).Push(0).Push(0).Push(0).Push(Callee).Op(GAS, DELEGATECALL);
        WorldState world = new(CalleeHas(library).With(Contract, nonce: 1, code: proxy.Done()));
        Assert.True(Call(world).Success);
        Assert.Equal(Word.Of(Caller), world.GetStorage(Contract, 1));
        Assert.Equal(Word.Of(Contract), world.GetStorage(Contract, 2));
        AssertWord(0, world.GetStorage(Callee, 1));
    }

    [Fact]
    public void Output_is_cut_to_the_space_that_waits_for_it_and_return_data_has_it_all()
    {
        TestState state = CalleeHas(new Bytecode().Push(UInt256.MaxValue).ReturnTop());
        AssertWord(UInt256.Parse("0xffff") << 240, Top(CallForTwoBytes().Push(0).Op(MLOAD), state: state));
        AssertWord(32, Top(CallForTwoBytes().Op(RETURNDATASIZE), state: state));

        static Bytecode CallForTwoBytes() => new Bytecode().Push(2).Push(0).Push(0).Push(0).Push(0).Push(Callee).Op(GAS, CALL, POP);
    }

    [Fact]
    public void Return_data_outlives_later_use_of_memory_but_not_the_next_call()
    {
        TestState state = CalleeHas(new Bytecode().Push(7).ReturnTop());
        Bytecode call = new Bytecode().Call(Callee, 0).Op(POP).Push(1).Push(0).Op(MSTORE);
        Bytecode copied = new Bytecode().Raw(call.Done()).Push(32).Push(0).Push(0).Op(RETURNDATACOPY).Push(0).Op(MLOAD);
        AssertWord(7, Top(copied, state: state));
        AssertWord(0, Top(call.Call(Nobody, 0).Op(POP, RETURNDATASIZE), state: state));
    }

    [Fact]
    public void One_64th_of_the_gas_stays_behind()
    {
        TestState state = CalleeHas(Bytecode.Of(INVALID));
        Bytecode code = new Bytecode().Call(Callee, 0).Op(STOP);
        CallResult result = Run(code, gas: 100_000, state: state);
        ulong beforeCall = 100_000 - (6 * 3) - 2 - 2_600; // six pushes, GAS, cold account
        Assert.True(result.Success);
        Assert.Equal(100_000 - (beforeCall / 64), result.GasUsed);
    }

    [Fact]
    public void Calls_nest_1024_deep_and_no_deeper()
    {
        // Each frame counts itself in slot 0, then calls itself.
        Bytecode code = new Bytecode().Push(0).Op(SLOAD).Push(1).Op(ADD).Push(0).Op(SSTORE).Call(Contract, 0);
        WorldState world = new(new TestState().With(Contract, nonce: 1, code: code.Done()));
        Assert.True(Call(world, gas: 100_000_000_000_000).Success);
        AssertWord(1_025, world.GetStorage(Contract, 0));
    }

    [Fact]
    public void Create_puts_the_returned_code_where_the_nonce_says()
    {
        byte[] init = new Bytecode().Push(42).ReturnTop().Deploying();
        Bytecode creator = new Bytecode().Push((ulong)init.Length).Push(0).Push(0).Op(CALLDATACOPY).Push((ulong)init.Length).Push(0).Push(0).Op(CREATE);
        WorldState world = new(new TestState().With(Contract, nonce: 5, code: creator.ReturnTop().Done()));
        Address made = Word.ToAddress(UInt256.FromBigEndian(Call(world, input: init).Output.Span));

        Assert.Equal(ContractAddress.OfNonce(Contract, 5), made);
        Assert.Equal(6UL, world.GetNonce(Contract));
        Assert.Equal(1UL, world.GetNonce(made));
        Assert.Equal(new Bytecode().Push(42).ReturnTop().Done(), world.GetCode(made).ToArray());
    }

    /// <summary>The examples of EIP-1014.</summary>
    [Theory]
    [InlineData("0x0000000000000000000000000000000000000000", "0x0", "0x00", "0x4d1a2e2bb4f88f0250f26ffff098b0b30b26bf38")]
    [InlineData("0xdeadbeef00000000000000000000000000000000", "0x0", "0x00", "0xb928f69bb1d91cd65274e3c79d8986362984fda3")]
    [InlineData("0x00000000000000000000000000000000deadbeef", "0xcafebabe", "0xdeadbeef", "0x60f3f640a8508fc6a86d45df051962668e1e8ac7")]
    [InlineData("0x0000000000000000000000000000000000000000", "0x0", "0x", "0xe33c0c7f7df4809055c3eba6c09cfe4baf1bd9e0")]
    public void Create2_addresses_depend_on_creator_salt_and_init_code(string creator, string salt, string initCode, string address) =>
        Assert.Equal(Address.Parse(address), ContractAddress.OfSalt(Address.Parse(creator), UInt256.Parse(salt), Hex.Decode(initCode)));

    [Fact]
    public void A_contract_made_and_destroyed_in_one_transaction_is_gone_and_an_older_one_only_loses_its_balance()
    {
        TestSpec osaka = new(Fork.Osaka);
        WorldState older = new(new TestState().With(Contract, balance: 9, nonce: 1, code: new Bytecode().Push(Nobody).Op(SELFDESTRUCT).Done()));
        Assert.True(Call(older).Success);
        older.CommitTransaction(osaka);
        Assert.True(older.Exists(Contract));
        AssertWord(9, older.GetBalance(Nobody));

        WorldState fresh = new(new TestState().With(Caller, balance: 9));
        CallResult made = Processor.Call(
            new CallRequest { From = Caller, To = null, Value = 9, Gas = 100_000, Input = new Bytecode().Push(Nobody).Op(SELFDESTRUCT).Done() },
            Context, osaka, fresh);
        fresh.CommitTransaction(osaka);
        Assert.False(fresh.Exists(made.ContractAddress!.Value));
        AssertWord(9, fresh.GetBalance(Nobody));
    }

    [Fact]
    public void A_frame_that_is_used_again_starts_clean()
    {
        // The first call fills stack, memory and return data of the frame below; the second must not see any of it.
        Bytecode dirty = new Bytecode().Push(UInt256.MaxValue).Push(0).Op(MSTORE).Push(UInt256.MaxValue).Push(4_000).Op(MSTORE).Call(Callee, 0);
        TestState state = new TestState().With(Nobody, nonce: 1, code: dirty.Done())
            .With(Callee, nonce: 1, code: new Bytecode().Push(4_000).Op(MLOAD).Push(0).Op(MLOAD, ADD, RETURNDATASIZE, ADD).ReturnTop().Done());
        Bytecode code = new Bytecode().Call(Nobody, 0).Op(POP)
            .Push(32).Push(0).Push(0).Push(0).Push(0).Push(Callee).Op(GAS, CALL, POP).Push(0).Op(MLOAD);
        AssertWord(0, Top(code, state: state));
    }
}
