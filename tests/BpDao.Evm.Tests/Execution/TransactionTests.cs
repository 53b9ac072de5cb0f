using BpDao.Core;
using BpDao.Testing;
using Xunit;
using static BpDao.Evm.Opcode;
using static BpDao.Evm.Tests.EvmFixture;

namespace BpDao.Evm.Tests.Execution;

/// <summary>Transactions: what they cost, whom they pay, and the rules of our own networks.</summary>
public sealed class TransactionTests
{
    private static readonly UInt256 Ether = UInt256.Parse("1000000000000000000");
    private static readonly Address A = TestKeys.A.Address, Recipient = Address.FromNumber(0xbeef), Pool = Address.FromNumber(0xb0da04);
    private static readonly TestSpec Osaka = new(Fork.Osaka);

    private static TransactionResult Execute(Transaction tx, WorldState world, IReleaseSpec? spec = null, ExecutionOptions options = ExecutionOptions.None)
    {
        Assert.True(Build.Ecdsa.TryRecoverSender(tx, out _));
        return Processor.Execute(tx, Context, spec ?? Osaka, world, options: options);
    }

    private static WorldState Funded() => new(new TestState().With(A, balance: Ether));

    [Fact]
    public void A_transfer_pays_recipient_and_coinbase_and_burns_the_base_fee()
    {
        WorldState world = Funded();
        TransactionResult result = Execute(Build.Transaction().WithFees(cap: 3_000_000_000, tip: 1_500_000_000).Signed(), world);

        Assert.True(result.Success);
        Assert.Equal(21_000UL, result.GasUsed);
        AssertWord(2_500_000_000, result.EffectiveGasPrice);
        AssertWord(1, world.GetBalance(Recipient));
        Assert.Equal((UInt256)21_000 * 1_500_000_000, world.GetBalance(Coinbase));
        Assert.Equal(Ether - 1 - ((UInt256)21_000 * 2_500_000_000), world.GetBalance(A));
        Assert.Equal(1UL, world.GetNonce(A));
    }

    [Fact]
    public void The_base_fee_goes_to_the_recipient_that_the_network_names()
    {
        WorldState world = Funded();
        Execute(Build.Transaction().Signed(), world, Osaka with { BaseFeeRecipient = Pool });
        Assert.Equal((UInt256)21_000 * Context.BaseFee, world.GetBalance(Pool));
        Assert.Equal(Ether, world.GetBalance(A) + world.GetBalance(Recipient) + world.GetBalance(Coinbase) + world.GetBalance(Pool));
    }

    [Fact]
    public void Only_the_system_sender_may_pay_nothing()
    {
        TestSpec spec = Osaka with { BaseFeeRecipient = Pool, SystemSender = TestKeys.System.Address };
        WorldState world = new(new TestState());
        Transaction free = Build.Transaction().From(TestKeys.System).Legacy(0).WithValue(0).WithGas(100_000).Signed();
        TransactionResult result = Execute(free, world, spec);
        Assert.True(result.Success);
        AssertWord(0, result.EffectiveGasPrice);
        AssertWord(0, world.GetBalance(Pool));
        Assert.Equal(1UL, world.GetNonce(TestKeys.System.Address));

        Assert.Equal(TxError.FeeCapBelowBaseFee, Execute(Build.Transaction().Legacy(0).WithValue(0).Signed(), Funded(), spec).Error);
        Assert.Equal(TxError.FeeCapBelowBaseFee, Execute(free with { Sender = TestKeys.System.Address }, new WorldState(new TestState())).Error);
    }

    [Fact]
    public void An_authorization_signed_with_the_system_key_changes_nothing()
    {
        Address system = TestKeys.System.Address;
        TestSpec spec = Osaka with { SystemSender = system };
        Transaction tx = Build.Transaction().WithGas(200_000).Delegating(TestKeys.System, Contract, 0).Signed();

        foreach (ExecutionOptions options in (ExecutionOptions[])[ExecutionOptions.None, ExecutionOptions.Call])
        {
            WorldState world = Funded();
            TransactionResult result = Execute(tx, world, spec, options);
            Assert.True(result.Success);
            Assert.Equal(Account.EmptyCodeHash, world.GetCodeHash(system));
            Assert.Equal(0UL, world.GetNonce(system));
            Assert.Equal(46_000UL, result.GasUsed); // no refund for it either
            Assert.False(world.BuildDiff().Accounts.ContainsKey(system));
        }

        WorldState elsewhere = Funded();
        Execute(tx, elsewhere);
        Assert.True(Delegation.TryParse(elsewhere.GetCode(system).Span, out _)); // an ordinary key where no network names it
    }

    [Fact]
    public void A_delegation_runs_the_other_code_on_the_own_storage()
    {
        Address b = TestKeys.B.Address;
        WorldState world = new(new TestState().With(A, balance: Ether).With(b, balance: 5)
            .With(Contract, nonce: 1, code: new Bytecode().Sstore(1, 7).Done()));
        TransactionResult result = Execute(
            Build.Transaction().To(b).WithGas(200_000).Delegating(TestKeys.B, Contract, 0).Signed(), world);

        Assert.True(result.Success);
        AssertWord(7, world.GetStorage(b, 1));
        AssertWord(0, world.GetStorage(Contract, 1));
        Assert.Equal(1UL, world.GetNonce(b));
        Assert.Equal(12_500UL, result.GasRefunded);

        Execute(Build.Transaction().WithNonce(1).WithGas(200_000).Delegating(TestKeys.B, Address.Zero, 1).Signed(), world);
        Assert.Equal(Account.EmptyCodeHash, world.GetCodeHash(b)); // the zero address takes it back
    }

    [Fact]
    public void Delegations_stand_even_when_the_transaction_reverts_and_an_own_one_counts_after_the_nonce()
    {
        WorldState world = new(new TestState().With(A, balance: Ether).With(Contract, nonce: 1, code: [(byte)INVALID]));
        TransactionResult result = Execute(
            Build.Transaction().To(Contract).WithGas(200_000).Delegating(TestKeys.A, Contract, 1).Delegating(TestKeys.B, Contract, 9).Signed(), world);

        Assert.Equal(HaltReason.InvalidOpcode, result.Halt);
        Assert.True(Delegation.TryParse(world.GetCode(A).Span, out Address target));
        Assert.Equal(Contract, target);
        Assert.Equal(2UL, world.GetNonce(A));
        Assert.Equal(Account.EmptyCodeHash, world.GetCodeHash(TestKeys.B.Address)); // wrong nonce
    }

    [Fact]
    public void A_delegated_account_may_send()
    {
        WorldState world = new(new TestState().With(A, balance: Ether, nonce: 1, code: Delegation.CodeFor(Contract)));
        Assert.True(Execute(Build.Transaction().WithNonce(1).Signed(), world).Success);
    }

    [Fact]
    public void Refunds_are_at_most_a_fifth()
    {
        Bytecode clears = new();
        for (ulong slot = 0; slot < 20; slot++) clears.Sstore(slot, 0);
        (UInt256, UInt256)[] storage = [.. Enumerable.Range(0, 20).Select(i => ((UInt256)(ulong)i, UInt256.One))];
        WorldState world = new(new TestState().With(A, balance: Ether).With(Contract, nonce: 1, code: clears.Done(), storage: storage));
        TransactionResult result = Execute(Build.Transaction().To(Contract).WithGas(500_000).WithValue(0).Signed(), world);

        ulong before = 21_000 + (20 * (3 + 3 + 5_000));
        Assert.Equal(before / 5, result.GasRefunded);
        Assert.Equal(before - (before / 5), result.GasUsed);
    }

    [Fact]
    public void Calldata_has_a_floor()
    {
        byte[] data = new byte[1_000];
        Array.Fill(data, (byte)1);
        TransactionResult result = Execute(Build.Transaction().WithData(data).WithGas(100_000).Signed(), Funded());
        Assert.Equal(21_000UL + (1_000 * 40), result.GasUsed);
    }

    [Fact]
    public void A_creation_that_fails_counts_the_nonce_and_keeps_the_gas()
    {
        WorldState world = Funded();
        TransactionResult result = Execute(Build.Transaction().To(null).WithGas(100_000).WithData(new[] { (byte)INVALID }).Signed(), world);
        Assert.Equal((HaltReason.InvalidOpcode, 100_000UL), (result.Halt, result.GasUsed));
        Assert.Equal(ContractAddress.OfNonce(A, 0), result.ContractAddress);
        Assert.False(world.Exists(result.ContractAddress!.Value));
        Assert.Equal(1UL, world.GetNonce(A));
    }

    [Fact]
    public void Logs_of_a_failed_frame_are_not_in_the_result()
    {
        Address inner = Address.FromNumber(0x1234);
        Bytecode logs = new Bytecode().Push(1).Push(0).Push(0).Op(LOG1);
        WorldState world = new(new TestState().With(A, balance: Ether)
            .With(inner, nonce: 1, code: new Bytecode().Raw(logs.Done()).Op(INVALID).Done())
            .With(Contract, nonce: 1, code: new Bytecode().Raw(logs.Done()).Call(inner, 0).Done()));
        TransactionResult result = Execute(Build.Transaction().To(Contract).WithGas(500_000).WithValue(0).Signed(), world);
        Assert.Equal(Contract, Assert.Single(result.Logs).Address);
    }

    [Fact]
    public void A_call_needs_neither_nonce_nor_funds_and_pays_nobody()
    {
        WorldState world = new(new TestState().With(A, nonce: 1, code: [0]));
        TransactionResult result = Execute(
            Build.Transaction().WithNonce(99).WithValue(0).WithGas(40_000_000).WithFees(0, 0).Signed(), world, options: ExecutionOptions.Call);
        Assert.True(result.Success);
        AssertWord(0, world.GetBalance(Coinbase));
    }
}
