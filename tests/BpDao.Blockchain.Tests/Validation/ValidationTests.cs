using BpDao.Consensus;
using BpDao.Core;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.Blockchain.Tests;

/// <summary>One fault in an otherwise valid block, one named error.</summary>
public sealed class ValidationTests : IDisposable
{
    private readonly TestChain _chain = new(new ChainSpecBuilder().WithContract(Contract, TestContracts.Logger).Done());
    private readonly Block _block;

    private static readonly Address Contract = Address.FromNumber(0xcafe);

    public ValidationTests()
    {
        _chain.Seal();
        _chain.Pool.Submit(Build.Transaction().To(Contract).WithGas(100_000).Signed());
        _block = _chain.BuildNext(a => a with { Withdrawals = [new Withdrawal(0, 1, Address.FromNumber(5), 6)] });
        Assert.Single(_block.Transactions);
    }

    public void Dispose() => _chain.Dispose();

    private BlockError Judge(Block block) => new TestJudge(_chain).Judge(block).Error;

    private BlockError WithHeader(Func<BlockHeader, BlockHeader> change) => Judge(_block with { Header = change(_block.Header) });

    [Fact]
    public void The_block_itself_is_valid() => Assert.Equal(BlockError.None, Judge(_block));

    public static TheoryData<BlockError, Func<BlockHeader, BlockHeader>> HeaderFaults => new()
    {
        { BlockError.UnknownParent, h => h with { ParentHash = Hash256.Zero } },
        { BlockError.InvalidNumber, h => h with { Number = h.Number + 1 } },
        { BlockError.InvalidTimestamp, h => h with { Timestamp = h.Timestamp - 1 } },
        { BlockError.InvalidGasLimit, h => h with { GasLimit = 4999, GasUsed = 0 } },
        { BlockError.InvalidGasLimit, h => h with { GasLimit = h.GasLimit + 1 } },
        { BlockError.GasUsedOverLimit, h => h with { GasUsed = h.GasLimit + 1 } },
        { BlockError.InvalidBaseFee, h => h with { BaseFeePerGas = h.BaseFeePerGas + UInt256.One } },
        { BlockError.InvalidDifficulty, h => h with { Difficulty = 1 } },
        { BlockError.InvalidNonce, h => h with { Nonce = 1 } },
        { BlockError.InvalidOmmers, h => h with { OmmersHash = Hash256.Zero } },
        { BlockError.InvalidExtraData, h => h with { ExtraData = new byte[33] } },
        { BlockError.InvalidForkFields, h => h with { RequestsHash = null } },
        { BlockError.InvalidForkFields, h => h with { WithdrawalsRoot = null } },
        { BlockError.InvalidBlobGas, h => h with { ExcessBlobGas = 1 } },
        { BlockError.InvalidBlobGas, h => h with { BlobGasUsed = BlobGas.PerBlob } },
        { BlockError.InvalidBlobGas, h => h with { BlobGasUsed = 1 } },
        { BlockError.InvalidBeneficiary, h => h with { Beneficiary = Address.Zero } },
        { BlockError.InvalidMix, h => h with { MixHash = Hash256.Zero } },
        { BlockError.InvalidTransactionsRoot, h => h with { TransactionsRoot = Hash256.Zero } },
        { BlockError.InvalidWithdrawalsRoot, h => h with { WithdrawalsRoot = Hash256.Zero } },
        { BlockError.InvalidGasUsed, h => h with { GasUsed = h.GasUsed + 1 } },
        { BlockError.InvalidReceiptsRoot, h => h with { ReceiptsRoot = Hash256.Zero } },
        { BlockError.InvalidLogsBloom, h => h with { LogsBloom = Bloom.Empty } },
        { BlockError.InvalidStateRoot, h => h with { StateRoot = Hash256.Zero } },
        { BlockError.InvalidRequestsHash, h => h with { RequestsHash = Hash256.Zero } },
    };

    [Theory]
    [MemberData(nameof(HeaderFaults))]
    public void Names_the_broken_rule_of_the_header(BlockError expected, Func<BlockHeader, BlockHeader> change) =>
        Assert.Equal(expected, WithHeader(change));

    [Fact]
    public void Another_body_under_the_same_header_is_found_out_even_after_the_right_one_was_judged()
    {
        Assert.True(_chain.Importer.Judge(_block, CancellationToken.None).IsValid);
        Block other = _block with { Body = _block.Body with { Transactions = [Build.Transaction().Signed()] } };
        Assert.Equal(_block.Hash, other.Hash);
        Assert.Equal(BlockError.InvalidTransactionsRoot, _chain.Importer.Judge(other, CancellationToken.None).Error);
        Block paidTwice = _block with { Body = _block.Body with { Withdrawals = [.. _block.Body.Withdrawals!, .. _block.Body.Withdrawals!] } };
        Assert.Equal(BlockError.InvalidWithdrawalsRoot, _chain.Importer.Judge(paidTwice, CancellationToken.None).Error);
    }

    [Fact]
    public void A_transaction_that_cannot_be_executed_makes_the_block_invalid() =>
        Assert.Equal(BlockError.InvalidTransaction, WithTransactions(Build.Transaction().WithNonce(9).Signed()));

    [Fact]
    public void A_transaction_that_nobody_signed_makes_the_block_invalid() =>
        Assert.Equal(BlockError.InvalidTransaction, WithTransactions(Build.Transaction().Signed() with { Signature = new TxSignature(0, 0, 0) }));

    [Fact]
    public void A_transaction_may_ask_for_no_more_gas_than_the_block_has_left()
    {
        using TestChain chain = new(new ChainSpecBuilder().WithGasLimit(100_000).Done());
        Block block = chain.BuildNext();
        Transaction[] transactions = [Build.Transaction().WithGas(60_000).Signed(), Build.Transaction().WithNonce(1).WithGas(79_001).Signed()];
        Block over = new(block.Header with { TransactionsRoot = BodyRoots.OfTransactions(transactions) }, block.Body with { Transactions = transactions });
        BlockVerdict verdict = chain.Importer.Judge(over, CancellationToken.None);
        Assert.Equal(BlockError.InvalidTransaction, verdict.Error);
        Assert.StartsWith("transaction 1: GasLimitAboveBlock", verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Judging_without_the_parents_state_is_no_fault_of_the_block()
    {
        using TestChain chain = new(stateOptions: new State.StateOptions(1));
        Block early = chain.BuildNext();
        for (int i = 0; i < 12; i++) chain.Seal(Build.Transaction().WithNonce((ulong)i).Signed());
        BlockVerdict verdict = chain.Importer.Judge(early with { Header = early.Header with { ExtraData = new byte[1] } }, CancellationToken.None);
        Assert.Equal(BlockError.ParentStateMissing, verdict.Error);
        Assert.True(verdict.IsTransient);
    }

    private BlockError WithTransactions(params Transaction[] transactions) => Judge(new Block(
        _block.Header with { TransactionsRoot = BodyRoots.OfTransactions(transactions) },
        _block.Body with { Transactions = transactions }));
}

/// <summary>Judges without what the producer remembers, as a node does that got the block from another.</summary>
internal sealed class TestJudge(TestChain chain)
{
    private readonly BlockJudge _judge = new(chain.Tree, chain.States, chain.Processor, chain.Specs, chain.Evm, chain.Rules, new ExecutedBlocks());

    public BlockVerdict Judge(Block block) => _judge.Judge(block, CancellationToken.None, out _);
}
