using BpDao.Consensus;
using BpDao.Core;
using BpDao.Evm;
using BpDao.Specs;
using BpDao.Testing;
using BpDao.Testing.Chains;
using BpDao.Testing.Db;
using Xunit;

namespace BpDao.Blockchain.Tests;

public sealed class CallTests : IDisposable
{
    private static readonly Address Environment = Address.FromNumber(0xe1), Cell = Address.FromNumber(0xe2), Reverter = Address.FromNumber(0xe3),
        Picky = Address.FromNumber(0xe4), Looper = Address.FromNumber(0xe5);

    private readonly TestChain _chain = new(new ChainSpecBuilder().WithSystemSender(TestKeys.System.Address)
        .WithContract(Environment, TestContracts.Environment).WithContract(Cell, TestContracts.Cell, (0, 7))
        .WithContract(Reverter, TestContracts.Reverter).WithContract(Picky, TestContracts.Picky, (0, 1))
        .WithContract(Looper, TestContracts.Looper).Done());

    public CallTests()
    {
        _chain.Seal();
        _chain.Seal();
    }

    public void Dispose() => _chain.Dispose();

    private static Transaction Message(Address? to, byte[]? data = null, ulong gas = 1_000_000) =>
        new() { To = to, Data = data ?? [], GasLimit = gas, Sender = TestKeys.A.Address };

    private static UInt256 Word(ReadOnlyMemory<byte> output, int index) => UInt256.FromBigEndian(output.Span.Slice(index * 32, 32));

    /// <summary>Between Paris and Shanghai of a chain that merged by total difficulty, only the header tells.</summary>
    [Fact]
    public void Who_does_not_wait_gets_no_result()
    {
        CancellationToken over = new(canceled: true);
        CallSite site = new(_chain.Head);
        Assert.Throws<OperationCanceledException>(() => _chain.Calls.Call(Message(Environment), site, cancellation: over));
        Assert.Throws<OperationCanceledException>(() => new GasEstimator(_chain.Calls).Estimate(Message(Looper), site, over));
        Assert.Throws<OperationCanceledException>(() => new AccessListBuilder(_chain.Calls).Build(Message(Looper), site, over));
    }

    [Fact]
    public void A_call_after_the_merge_has_the_rules_of_its_header()
    {
        ForkSchedule forks = new() { Activations = [new(Fork.London, 0, null)], TerminalTotalDifficulty = 1000 };
        CallExecutor calls = new(_chain.Tree, _chain.States, new ChainSpecProvider(_chain.Spec with { Forks = forks }), _chain.Evm);
        using CallRun plain = calls.Open(new CallSite(_chain.Head))!;
        using CallRun later = calls.Open(new CallSite(_chain.Head, Overrides: new BlockOverrides { Number = 99 }))!;
        Assert.True(plain.Spec.IsParis);
        Assert.True(later.Spec.IsParis);
    }

    [Fact]
    public void Contracts_are_read_as_the_next_block_sees_them()
    {
        ContractCallResult result = _chain.Contracts.At(_chain.Head.Hash)!.Call(Environment, default);
        Assert.True(result.Success);
        Assert.Equal((UInt256)3, Word(result.Output, 0));
        Assert.Equal((UInt256)_chain.Head.Timestamp, Word(result.Output, 1));
        Assert.Equal(TestKeys.System.Address, new Address(result.Output.Span.Slice(76, 20)));
        Assert.Equal(_chain.Head.Hash, Word(result.Output, 6).ToHash());
    }

    [Fact]
    public void Reading_a_contract_changes_nothing_and_failing_is_a_result()
    {
        IReadOnlyList<string> before = DatabaseContent.Of(_chain.Db);
        IContractCaller caller = _chain.Contracts.At(_chain.Head.Hash)!;
        Assert.Equal((UInt256)7, Word(caller.Call(Cell, new byte[32]).Output, 0));
        Assert.Equal((UInt256)7, Word(caller.Call(Cell, new byte[32]).Output, 0));
        Assert.False(caller.Call(Reverter, default).Success);
        Assert.False(caller.Call(Looper, default).Success);
        Assert.Equal(1000 * (UInt256)1_000_000_000_000_000_000, caller.BalanceOf(TestKeys.A.Address));
        Assert.Equal(1ul, caller.NonceOf(Cell));
        Assert.Null(_chain.Contracts.At(Hash256.Zero));
        Assert.Equal(before, DatabaseContent.Of(_chain.Db));
    }

    [Fact]
    public void Calls_run_in_the_block_they_name()
    {
        BlockHeader first = _chain.Tree.HeaderByNumber(1)!;
        TransactionResult result = _chain.Calls.Call(Message(Environment), new CallSite(first))!;
        Assert.True(result.Success);
        Assert.Equal((UInt256)1, Word(result.Output, 0));
        Assert.Equal((UInt256)first.Timestamp, Word(result.Output, 1));
        Assert.Equal(TestKeys.A.Address, new Address(result.Output.Span.Slice(76, 20)));
        Assert.Equal(ChainSpecBuilder.Producer, new Address(result.Output.Span.Slice(108, 20)));
        Assert.Equal(UInt256.FromHash(first.MixHash), Word(result.Output, 5));
        Assert.Equal(_chain.Tree.Genesis.Hash, Word(result.Output, 6).ToHash());
    }

    [Fact]
    public void Calls_need_no_funds_and_no_signature()
    {
        Transaction message = Message(Cell, new byte[32]) with { Sender = Address.FromNumber(99), Nonce = 55 };
        Assert.Equal((UInt256)7, Word(_chain.Calls.Call(message, new CallSite(_chain.Head))!.Output, 0));
    }

    [Fact]
    public void The_block_may_be_overridden()
    {
        BlockOverrides overrides = new()
        {
            Number = 100, Timestamp = ChainSpecBuilder.GenesisTime + 5000, Coinbase = Cell, BaseFee = 12, PrevRandao = Keccak256.OfEmpty,
        };
        ReadOnlyMemory<byte> output = _chain.Calls.Call(Message(Environment), new CallSite(_chain.Head, Overrides: overrides))!.Output;
        Assert.Equal((UInt256)100, Word(output, 0));
        Assert.Equal((UInt256)(ChainSpecBuilder.GenesisTime + 5000), Word(output, 1));
        Assert.Equal(Cell, new Address(output.Span.Slice(108, 20)));
        Assert.Equal((UInt256)12, Word(output, 4));
        Assert.Equal(UInt256.FromHash(Keccak256.OfEmpty), Word(output, 5));
    }

    [Fact]
    public void Accounts_may_be_overridden()
    {
        UInt256 CellWith(AccountOverride wanted, Address at) =>
            Word(_chain.Calls.Call(Message(at, new byte[32]), new CallSite(_chain.Head, new Dictionary<Address, AccountOverride> { [at] = wanted }))!.Output, 0);

        Assert.Equal((UInt256)9, CellWith(new AccountOverride { StateDiff = Storage(0, 9) }, Cell));
        Assert.Equal((UInt256)7, CellWith(new AccountOverride { StateDiff = Storage(1, 9) }, Cell));
        Assert.Equal(UInt256.Zero, CellWith(new AccountOverride { State = Storage(1, 9) }, Cell));
        Assert.Equal((UInt256)4, CellWith(new AccountOverride { Code = TestContracts.Cell, State = Storage(0, 4) }, Address.FromNumber(0xabc)));

        // A balance for who has none, shown by sending it.
        Address poor = Address.FromNumber(0xdef);
        Transaction message = Message(Address.FromNumber(1234)) with { Sender = poor, Value = 5 };
        Assert.False(_chain.Calls.Call(message, new CallSite(_chain.Head))!.Success);
        CallSite rich = new(_chain.Head, new Dictionary<Address, AccountOverride> { [poor] = new() { Balance = 5 } });
        Assert.True(_chain.Calls.Call(message with { Sender = poor }, rich)!.Success);
    }

    [Theory]
    [InlineData(0x1234u, false, 21_000)]
    [InlineData(0xe2u, true, 0)]
    [InlineData(0xe4u, false, 0)]
    public void An_estimate_is_the_least_that_succeeds(uint to, bool withData, ulong expected)
    {
        byte[] data = withData ? [.. new byte[31], 1] : [];
        GasEstimate estimate = new GasEstimator(_chain.Calls).Estimate(Message(Address.FromNumber(to), data, 0), new CallSite(_chain.Head))!;
        Assert.Null(estimate.Failure);
        if (expected != 0) Assert.Equal(expected, estimate.Gas);
        Assert.True(_chain.Calls.Call(Message(Address.FromNumber(to), data, estimate.Gas), new CallSite(_chain.Head))!.Success);
        Assert.False(_chain.Calls.Call(Message(Address.FromNumber(to), data, estimate.Gas - 1), new CallSite(_chain.Head))!.Success);
    }

    [Fact]
    public void A_message_that_always_fails_has_no_estimate()
    {
        GasEstimator estimator = new(_chain.Calls);
        GasEstimate reverts = estimator.Estimate(Message(Reverter, gas: 0), new CallSite(_chain.Head))!;
        Assert.Equal(HaltReason.Reverted, reverts.Failure!.Halt);
        Assert.Equal("no", System.Text.Encoding.ASCII.GetString(reverts.Failure.Output.Span.Slice(68, 2)));
        GasEstimate loops = estimator.Estimate(Message(Looper, gas: 0), new CallSite(_chain.Head))!;
        Assert.Equal(HaltReason.OutOfGas, loops.Failure!.Halt);
        Assert.Equal(TransactionLimits.MaxGas, loops.Allowance);
    }

    [Fact]
    public void An_estimate_is_bounded_by_what_the_sender_can_pay()
    {
        Transaction message = Message(Cell, gas: 0) with
        {
            Sender = TestKeys.A.Address, MaxFeePerGas = 1_000_000_000_000_000_000, MaxPriorityFeePerGas = 0,
        };
        GasEstimate estimate = new GasEstimator(_chain.Calls).Estimate(message, new CallSite(_chain.Head))!;
        Assert.Equal(1000ul, estimate.Allowance);
        Assert.Equal(TxError.IntrinsicGasTooLow, estimate.Failure!.Error);
    }

    [Fact]
    public void An_access_list_names_what_is_touched()
    {
        // EXTCODESIZE of the cell, SLOAD of slot 5.
        Address toucher = Address.FromNumber(0xe9);
        byte[] code = Hex.Decode("0x60e23b6005545f5f55");
        CallSite site = new(_chain.Head, new Dictionary<Address, AccountOverride> { [toucher] = new() { Code = code } });
        BuiltAccessList built = new AccessListBuilder(_chain.Calls).Build(Message(toucher), site)!;
        Assert.True(built.Result.Success);
        Assert.Equal([(Cell, Array.Empty<UInt256>()), (toucher, [0, 5])], built.AccessList.Select(e => (e.Address, e.StorageKeys.ToArray())).ToArray(), Same);
    }

    [Fact]
    public void A_list_that_never_settles_is_given_up()
    {
        // SLOAD(GAS), over and over.
        Address toucher = Address.FromNumber(0xe9);
        CallSite site = new(_chain.Head, new Dictionary<Address, AccountOverride> { [toucher] = new() { Code = Hex.Decode("0x5a5450") } });
        BuiltAccessList built = new AccessListBuilder(_chain.Calls).Build(Message(toucher), site)!;
        Assert.InRange(built.AccessList.Sum(e => e.StorageKeys.Count), 1, 10);
    }

    private static bool Same((Address Address, UInt256[] Keys) a, (Address Address, UInt256[] Keys) b) =>
        a.Address == b.Address && a.Keys.SequenceEqual(b.Keys);

    private static Dictionary<UInt256, UInt256> Storage(UInt256 slot, UInt256 value) => new() { [slot] = value };
}
