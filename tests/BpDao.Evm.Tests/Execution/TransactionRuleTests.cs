using BpDao.Core;
using BpDao.Testing;
using Xunit;
using static BpDao.Evm.Tests.EvmFixture;

namespace BpDao.Evm.Tests.Execution;

/// <summary>Every reason to refuse a transaction, and that a refusal changes nothing.</summary>
public sealed class TransactionRuleTests
{
    private static readonly UInt256 Ether = UInt256.Parse("1000000000000000000");
    private static readonly Address A = TestKeys.A.Address;

    private static TransactionBuilder Tx => Build.Transaction();

    private static TransactionBuilder BlobTx(int blobs) => Tx.WithType(TxType.Blob).With(t => t with
    {
        MaxFeePerBlobGas = 1,
        BlobVersionedHashes = [.. Enumerable.Repeat(new Hash256([1, .. new byte[31]]), blobs)],
    });

    public static TheoryData<TxError, Fork> Rules()
    {
        TheoryData<TxError, Fork> rules = [];
        foreach (TxError error in Enum.GetValues<TxError>())
        {
            if (error != TxError.None) rules.Add(error, ForkFor(error));
        }

        return rules;

        // A type must be unknown; and before EIP-7825 the block's limit is the lower one.
        static Fork ForkFor(TxError error) => error switch
        {
            TxError.TypeNotSupported => Fork.Cancun,
            TxError.GasLimitAboveBlock => Fork.Prague,
            _ => Fork.Osaka,
        };
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Each_rule_refuses_what_breaks_it_and_leaves_the_world_alone(TxError rule, Fork fork)
    {
        Transaction tx = Breaking(rule).Signed();
        Assert.True(Build.Ecdsa.TryRecoverSender(tx, out _));
        byte[] code = rule == TxError.SenderHasCode ? [1] : [];
        WorldState world = new(new TestState().With(A, balance: rule == TxError.CostOverflow ? UInt256.MaxValue : Ether, nonce: 5, code: code));

        TransactionResult result = Processor.Execute(tx, Context, new TestSpec(fork), world);

        Assert.Equal(rule, result.Error);
        Assert.NotEmpty(result.Detail!);
        Assert.True(world.BuildDiff().IsEmpty);
    }

    [Fact]
    public void The_transactions_that_break_a_rule_are_valid_otherwise() =>
        Assert.True(Execute(Tx.WithNonce(5)).IsValid && Execute(BlobTx(6).WithNonce(5)).IsValid
            && Execute(Tx.WithNonce(5).WithGas(200_000).Delegating(TestKeys.B, Contract, 0)).IsValid);

    [Theory]
    [InlineData(Fork.Istanbul, TxType.AccessList, false)]
    [InlineData(Fork.Berlin, TxType.AccessList, true)]
    [InlineData(Fork.Berlin, TxType.DynamicFee, false)]
    [InlineData(Fork.London, TxType.DynamicFee, true)]
    [InlineData(Fork.Shanghai, TxType.Blob, false)]
    [InlineData(Fork.Cancun, TxType.Blob, true)]
    public void A_type_is_supported_from_its_fork_on(Fork fork, TxType type, bool supported)
    {
        TransactionBuilder builder = type == TxType.Blob ? BlobTx(1) : Tx.WithType(type);
        Assert.Equal(supported, Execute(builder.WithNonce(5), fork).Error != TxError.TypeNotSupported);
    }

    private static TransactionResult Execute(TransactionBuilder builder, Fork fork = Fork.Osaka)
    {
        Transaction tx = builder.Signed();
        Assert.True(Build.Ecdsa.TryRecoverSender(tx, out _));
        return Processor.Execute(tx, Context, new TestSpec(fork), new WorldState(new TestState().With(A, balance: Ether, nonce: 5)));
    }

    private static TransactionBuilder Breaking(TxError rule)
    {
        TransactionBuilder tx = Tx.WithNonce(5);
        return rule switch
        {
            TxError.TypeNotSupported => tx.WithGas(200_000).Delegating(TestKeys.B, Contract, 0),
            TxError.WrongChainId => tx.WithChainId(1),
            TxError.NonceOverflow => tx.WithNonce(ulong.MaxValue),
            TxError.NonceTooLow => tx.WithNonce(4),
            TxError.NonceTooHigh => tx.WithNonce(6),
            TxError.SenderHasCode => tx,
            TxError.IntrinsicGasTooLow => tx.WithGas(20_999),
            TxError.FloorGasTooLow => tx.WithData(new byte[] { 1 }).WithGas(21_016),
            TxError.GasLimitAboveBlock => tx.WithGas(Context.GasLimit + 1),
            TxError.GasLimitAboveCap => tx.WithGas((1 << 24) + 1),
            TxError.FeeCapBelowBaseFee => tx.WithFees(Context.BaseFee - 1, 0),
            TxError.TipAboveFeeCap => tx.WithFees(Context.BaseFee, Context.BaseFee + 1),
            TxError.CostOverflow => tx.WithFees(UInt256.MaxValue, 0),
            TxError.InsufficientFunds => tx.WithValue(Ether),
            TxError.InitCodeTooLarge => tx.To(null).WithGas(10_000_000).WithData(new byte[49_153]),
            TxError.BlobTransactionCreates => BlobTx(1).WithNonce(5).WithGas(100_000).To(null),
            TxError.NoBlobs => BlobTx(0).WithNonce(5),
            TxError.BlobGasAboveBlock => BlobTx(10).WithNonce(5),
            TxError.TooManyBlobs => BlobTx(7).WithNonce(5),
            TxError.InvalidBlobHashVersion => BlobTx(1).WithNonce(5).With(t => t with { BlobVersionedHashes = [Hash256.Zero] }),
            TxError.BlobFeeCapBelowBlobFee => BlobTx(1).WithNonce(5).With(t => t with { MaxFeePerBlobGas = 0 }),
            TxError.SetCodeTransactionCreates => tx.WithGas(200_000).Delegating(TestKeys.B, Contract, 0).To(null),
            TxError.EmptyAuthorizationList => tx.WithType(TxType.SetCode),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "No transaction breaks this rule yet."),
        };
    }
}
