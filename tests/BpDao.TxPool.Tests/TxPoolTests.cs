using BpDao.Core;
using BpDao.Crypto;
using BpDao.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace BpDao.TxPool.Tests;

public sealed class TxPoolTests
{
    private static readonly UInt256 Gwei = 1_000_000_000;
    private readonly TestHead _head = new TestHead()
        .Fund(TestKeys.A.Address, TestHead.Ether(10)).Fund(TestKeys.B.Address, TestHead.Ether(10)).Fund(TestKeys.C.Address, TestHead.Ether(10));

    private TxPool Pool(TxPoolOptions? options = null) => new(_head, Build.Ecdsa, options ?? new TxPoolOptions(), NullLogger<TxPool>.Instance);

    private static void AssertRefused(AcceptTxCode code, string words, AcceptTxResult result)
    {
        Assert.Equal(code, result.Code);
        Assert.StartsWith(words, result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_a_good_transaction_once()
    {
        TxPool pool = Pool();
        Transaction tx = Build.Transaction().Signed();
        List<Transaction> added = [];
        pool.Added += added.Add;

        Assert.True(pool.Submit(tx).IsAccepted);
        AssertRefused(AcceptTxCode.AlreadyKnown, "already known", pool.Submit(Build.Transaction().Signed()));

        Assert.Equal([tx], added);
        Assert.Equal((1, 0), pool.Count);
        Assert.True(pool.TryGet(tx.Hash, out Transaction? found) && found == tx);
        Assert.Equal(1ul, pool.NextNonce(TestKeys.A.Address));
    }

    public static TheoryData<Func<TransactionBuilder>, AcceptTxCode, string> Refusals => new()
    {
        { () => Build.Transaction().WithData(new byte[128 * 1024]).WithGas(16_000_000), AcceptTxCode.TooLarge, "oversized data" },
        { () => Build.Transaction().WithType(TxType.Blob), AcceptTxCode.NotSupportedTxType, "transaction type not supported" },
        { () => Build.Transaction().WithChainId(1), AcceptTxCode.WrongChainId, "invalid chain id for signer: have 1 want 24422" },
        { () => Build.Transaction().WithFees(1, 2), AcceptTxCode.Invalid, "max priority fee per gas higher than max fee per gas" },
        { () => Build.Transaction().WithNonce(ulong.MaxValue), AcceptTxCode.Invalid, "nonce has max value" },
        { () => Build.Transaction().To(null).WithData(new byte[49_153]).WithGas(5_000_000), AcceptTxCode.Invalid, "max initcode size exceeded" },
        { () => Build.Transaction().WithType(TxType.SetCode), AcceptTxCode.Invalid, "EIP-7702 transaction with empty auth list" },
        { () => Build.Transaction().WithFees(UInt256.MaxValue, 1), AcceptTxCode.Invalid, "gas * price + value exceeds 256 bits" },
        { () => Build.Transaction().WithGas(16_777_217), AcceptTxCode.GasLimitExceeded, "transaction gas limit too high (cap: 16777216, tx: 16777217)" },
        { () => Build.Transaction().WithGas(20_999), AcceptTxCode.IntrinsicGasTooLow, "intrinsic gas too low: gas 20999, minimum needed 21000" },
        { () => Build.Transaction().WithData(Enumerable.Repeat((byte)1, 1000).ToArray()).WithGas(60_000), AcceptTxCode.IntrinsicGasTooLow,
            "insufficient gas for floor data gas cost: gas 60000, minimum needed 61000" },
        { () => Build.Transaction().From(TestKeys.System), AcceptTxCode.SystemSender, "transactions of the system sender are not accepted" },
        { () => Build.Transaction().WithNonce(512), AcceptTxCode.NonceTooFarInFuture, "nonce too far in the future" },
        { () => Build.Transaction().WithValue(TestHead.Ether(10)), AcceptTxCode.InsufficientFunds,
            "insufficient funds for gas * price + value: balance 10000000000000000000, tx cost 10000042000000000000, overshot 42000000000000" },
        { () => Build.Transaction().From(TestKeys.D), AcceptTxCode.InsufficientFunds, "insufficient funds for gas * price + value: balance 0" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Says_why_it_refuses(Func<TransactionBuilder> build, AcceptTxCode code, string words)
    {
        ArgumentNullException.ThrowIfNull(build);
        TxPool pool = Pool();
        AssertRefused(code, words, pool.Submit(build().Signed()));
        Assert.Equal((0, 0), pool.Count);
    }

    [Fact]
    public void Refuses_a_signature_that_belongs_to_nobody()
    {
        Transaction tx = Build.Transaction().Signed();
        Transaction highS = tx with { Signature = tx.Signature with { S = UInt256.MaxValue } };
        AssertRefused(AcceptTxCode.Invalid, "invalid sender", Pool().Submit(highS));
    }

    [Fact]
    public void Refuses_used_nonces()
    {
        _head.Fund(TestKeys.A.Address, TestHead.Ether(1), nonce: 5);
        AssertRefused(AcceptTxCode.OldNonce, "nonce too low: next nonce 5, tx nonce 4", Pool().Submit(Build.Transaction().WithNonce(4).Signed()));
    }

    [Fact]
    public void Refuses_contracts_as_senders_but_not_delegating_accounts()
    {
        TxPool pool = Pool();
        _head.WithCode(TestKeys.A.Address, [0x00]).WithCode(TestKeys.B.Address, Delegation.CodeFor(Address.FromNumber(7)));
        AssertRefused(AcceptTxCode.SenderIsContract, "sender not an eoa", pool.Submit(Build.Transaction().Signed()));
        Assert.True(pool.Submit(Build.Transaction().From(TestKeys.B).Signed()).IsAccepted);
    }

    [Fact]
    public void Asks_for_the_least_tip_of_its_options() =>
        AssertRefused(AcceptTxCode.FeeTooLow, "transaction underpriced",
            Pool(new TxPoolOptions { MinTip = 2_000_000_000 }).Submit(Build.Transaction().Signed()));

    [Fact]
    public void Refuses_what_no_block_can_ever_charge_even_from_an_account_with_nothing()
    {
        TxPool pool = Pool();
        Transaction free = Build.Transaction().From(TestKeys.D).WithValue(0).WithFees(0, 0).Signed();
        AssertRefused(AcceptTxCode.FeeTooLow, "transaction underpriced: gas fee cap 0, minimum needed 7", pool.Submit(free));
        AssertRefused(AcceptTxCode.FeeTooLow, "transaction underpriced: gas fee cap 6, minimum needed 7",
            pool.Submit(Build.Transaction().WithFees(6, 0).Signed()));
        Assert.True(pool.Submit(Build.Transaction().WithFees(7, 0).Signed()).IsAccepted);
    }

    [Fact]
    public void Types_come_with_their_forks()
    {
        _head.Spec.Fork = Fork.Berlin;
        AssertRefused(AcceptTxCode.NotSupportedTxType, "transaction type not supported: type 2", Pool().Submit(Build.Transaction().Signed()));
        Assert.True(Pool().Submit(Build.Transaction().Legacy(Gwei).Signed()).IsAccepted);
    }

    [Fact]
    public void Queues_behind_a_gap_and_counts_on_once_it_is_filled()
    {
        TxPool pool = Pool();
        Assert.True(pool.Submit(Build.Transaction().WithNonce(2).Signed()).IsAccepted);
        Assert.True(pool.Submit(Build.Transaction().WithNonce(0).Signed()).IsAccepted);
        Assert.Equal((1, 1), pool.Count);
        Assert.Equal(1ul, pool.NextNonce(TestKeys.A.Address));

        Assert.True(pool.Submit(Build.Transaction().WithNonce(1).Signed()).IsAccepted);
        Assert.Equal((3, 0), pool.Count);
        Assert.Equal(3ul, pool.NextNonce(TestKeys.A.Address));
        Assert.Equal([0ul, 1, 2], pool.Best(Gwei).Select(t => t.Nonce));
        Assert.Equal(3, pool.Content().Pending[TestKeys.A.Address].Count);
    }

    [Theory]
    [InlineData(2_199_999_999, 1_100_000_000, false)]
    [InlineData(2_200_000_000, 1_099_999_999, false)]
    [InlineData(2_200_000_000, 1_100_000_000, true)]
    public void Replaces_for_ten_per_cent_more_on_both_fees(ulong cap, ulong tip, bool accepted)
    {
        TxPool pool = Pool();
        Transaction first = Build.Transaction().Signed(), second = Build.Transaction().WithFees(cap, tip).Signed();
        List<(Transaction, TxRemoval)> removed = [];
        pool.Removed += (tx, why) => removed.Add((tx, why));
        pool.Submit(first);

        AcceptTxResult result = pool.Submit(second);

        if (accepted) Assert.True(result.IsAccepted);
        else AssertRefused(AcceptTxCode.ReplacementUnderpriced, "replacement transaction underpriced", result);
        Assert.Equal(accepted ? [(first, TxRemoval.Replaced)] : [], removed);
        Assert.Equal([accepted ? second : first], pool.Best(Gwei));
    }

    [Theory]
    [InlineData(10, 0, 10, 0)]
    [InlineData(10, 0, 20, 0)]
    [InlineData(10, 1, 10, 2)]
    public void A_replacement_pays_more_on_both_fees_however_little_the_bump(ulong cap, ulong tip, ulong nextCap, ulong nextTip)
    {
        TxPool pool = Pool(new TxPoolOptions { PriceBumpPercent = 0 });
        Transaction first = Build.Transaction().WithFees(cap, tip).Signed();
        Assert.True(pool.Submit(first).IsAccepted);
        AssertRefused(AcceptTxCode.ReplacementUnderpriced, "replacement transaction underpriced",
            pool.Submit(Build.Transaction().WithFees(nextCap, nextTip).WithValue(2).Signed()));
        Assert.True(pool.Contains(first.Hash));
    }

    [Fact]
    public void Nothing_is_not_replaced_by_nothing()
    {
        _head.LeastBaseFee = 0; // a chain may begin so, and then it can stay
        TxPool pool = Pool();
        Assert.True(pool.Submit(Build.Transaction().WithFees(0, 0).Signed()).IsAccepted);
        AssertRefused(AcceptTxCode.ReplacementUnderpriced, "replacement transaction underpriced: needs more, and 10 % more, than maxFeePerGas 0",
            pool.Submit(Build.Transaction().WithFees(0, 0).WithValue(2).Signed()));
    }

    [Fact]
    public void One_balance_backs_all_of_a_senders_transactions()
    {
        TxPool pool = Pool();
        Assert.True(pool.Submit(Build.Transaction().WithValue(TestHead.Ether(6)).Signed()).IsAccepted);
        AssertRefused(AcceptTxCode.InsufficientFunds, "insufficient funds for gas * price + value",
            pool.Submit(Build.Transaction().WithNonce(1).WithValue(TestHead.Ether(6)).Signed()));
        // The one it replaces does not count.
        Assert.True(pool.Submit(Build.Transaction().WithValue(TestHead.Ether(7)).WithFees(3 * Gwei, 2 * Gwei).Signed()).IsAccepted);
    }

    [Fact]
    public void The_best_tip_goes_first_and_nonces_keep_their_order()
    {
        TxPool pool = Pool();
        Transaction a0 = Build.Transaction().WithFees(5 * Gwei, 1 * Gwei).Signed();
        Transaction a1 = Build.Transaction().WithNonce(1).WithFees(50 * Gwei, 9 * Gwei).Signed();
        Transaction b0 = Build.Transaction().From(TestKeys.B).WithFees(50 * Gwei, 2 * Gwei).Signed();
        Transaction c0 = Build.Transaction().From(TestKeys.C).WithFees(5 * Gwei, 3 * Gwei).Signed();
        foreach (Transaction tx in (Transaction[])[a0, a1, b0, c0]) Assert.True(pool.Submit(tx).IsAccepted);

        Assert.Equal([c0, b0, a0, a1], pool.Best(1 * Gwei));
        // At 4 gwei c0 has 1 gwei of tip left, as much as a0, which came first.
        Assert.Equal([b0, a0, a1, c0], pool.Best(4 * Gwei));
        // At 6 gwei a0 cannot pay, so a1 cannot come.
        Assert.Equal([b0], pool.Best(6 * Gwei));
    }

    [Fact]
    public void A_full_pool_lets_the_worst_go()
    {
        TxPool pool = Pool(new TxPoolOptions { Capacity = 2 });
        Transaction cheap = Build.Transaction().WithFees(3 * Gwei, 1 * Gwei).Signed();
        Transaction dear = Build.Transaction().From(TestKeys.B).WithFees(9 * Gwei, 3 * Gwei).Signed();
        Transaction better = Build.Transaction().From(TestKeys.C).WithFees(9 * Gwei, 2 * Gwei).Signed();
        List<(Transaction, TxRemoval)> removed = [];
        pool.Removed += (tx, why) => removed.Add((tx, why));
        pool.Submit(cheap);
        pool.Submit(dear);

        Assert.True(pool.Submit(better).IsAccepted);
        Assert.Equal([(cheap, TxRemoval.Evicted)], removed);
        AssertRefused(AcceptTxCode.FeeTooLowToCompete, "transaction underpriced", pool.Submit(cheap));
        AssertRefused(AcceptTxCode.PoolFull, "txpool is full", pool.Submit(Build.Transaction().WithNonce(3).WithFees(99 * Gwei, 99 * Gwei).Signed()));
        Assert.Equal([dear, better], pool.Best(Gwei));
    }

    [Fact]
    public void Long_transactions_fill_the_pool_by_their_bytes()
    {
        const int limit = 1024 * 1024;
        TxPool pool = Pool(new TxPoolOptions { CapacityBytes = limit });
        int bytes = 0;
        pool.Added += tx => bytes += TransactionCodec.Encode(tx).Length;
        pool.Removed += (tx, _) => bytes -= TransactionCodec.Encode(tx).Length;
        Transaction Long(PrivateKey key, ulong nonce, ulong tip) => Build.Transaction().From(key).WithNonce(nonce).WithFees(9 * Gwei, tip)
            .WithData(new byte[(128 * 1024) - 200]).WithGas(2_000_000).Signed();

        for (ulong nonce = 0; nonce < 20; nonce++)
        {
            pool.Submit(Long(TestKeys.A, nonce, 1 + nonce));
            pool.Submit(Long(TestKeys.B, nonce, 50 + nonce));
            Assert.InRange(bytes, 0, limit);
        }

        Assert.Equal(8, pool.Count.Pending);
        Assert.False(pool.Content().Pending.ContainsKey(TestKeys.A.Address)); // who pays less went first
        AssertRefused(AcceptTxCode.FeeTooLowToCompete, "transaction underpriced: the pool is full", pool.Submit(Long(TestKeys.C, 0, 1)));
    }

    [Fact]
    public void A_long_transaction_takes_the_room_of_several_short_ones()
    {
        TxPool pool = Pool(new TxPoolOptions { CapacityBytes = 800 });
        Transaction[] cheap = [.. Enumerable.Range(0, 4).Select(n => Build.Transaction().WithNonce((ulong)n).WithFees(3 * Gwei, 1).Signed())];
        foreach (Transaction tx in cheap) Assert.True(pool.Submit(tx).IsAccepted);
        List<Transaction> removed = [];
        pool.Removed += (tx, _) => removed.Add(tx);

        Assert.True(pool.Submit(Build.Transaction().From(TestKeys.B).WithData(new byte[400]).WithGas(40_000).WithFees(3 * Gwei, 2).Signed()).IsAccepted);
        Assert.Equal([cheap[3], cheap[2]], removed);
    }

    [Fact]
    public void A_replacement_that_is_too_long_for_a_full_pool_leaves_the_first_one_there()
    {
        TxPool pool = Pool(new TxPoolOptions { CapacityBytes = 300 });
        Transaction first = Build.Transaction().WithFees(3 * Gwei, 1).Signed();
        Transaction other = Build.Transaction().From(TestKeys.B).WithFees(9 * Gwei, 3 * Gwei).Signed();
        pool.Submit(first);
        pool.Submit(other);
        List<Transaction> removed = [];
        pool.Removed += (tx, _) => removed.Add(tx);

        AssertRefused(AcceptTxCode.FeeTooLowToCompete, "transaction underpriced: the pool is full",
            pool.Submit(Build.Transaction().WithData(new byte[400]).WithGas(40_000).WithFees(4 * Gwei, 2).Signed()));
        Assert.Empty(removed);
        Assert.Equal([other, first], pool.Best(Gwei));
    }

    [Fact]
    public void A_high_fee_behind_a_low_one_protects_nothing()
    {
        TxPool pool = Pool(new TxPoolOptions { Capacity = 2 });
        pool.Submit(Build.Transaction().WithFees(3 * Gwei, 1).Signed());
        Transaction shielded = Build.Transaction().WithNonce(1).WithFees(900 * Gwei, 900 * Gwei).Signed();
        pool.Submit(shielded);
        Assert.True(pool.Submit(Build.Transaction().From(TestKeys.B).WithFees(3 * Gwei, 2).Signed()).IsAccepted);
        Assert.False(pool.Contains(shielded.Hash));
    }

    [Fact]
    public void Follows_the_head()
    {
        TxPool pool = Pool();
        Transaction a0 = Build.Transaction().Signed(), a1 = Build.Transaction().WithNonce(1).Signed();
        Transaction other0 = Build.Transaction().From(TestKeys.B).WithValue(2).Signed(), mine0 = Build.Transaction().From(TestKeys.B).Signed();
        List<(Transaction, TxRemoval)> removed = [];
        pool.Removed += (tx, why) => removed.Add((tx, why));
        foreach (Transaction tx in (Transaction[])[a0, a1, mine0]) pool.Submit(tx);

        _head.Include(a0, other0);

        Assert.Equal([(a0, TxRemoval.Included), (mine0, TxRemoval.Replaced)], removed);
        Assert.Equal([a1], pool.Best(Gwei));
        Assert.Equal((1, 0), pool.Count);
        Assert.Equal(2ul, pool.NextNonce(TestKeys.A.Address));
    }

    [Fact]
    public void Drops_what_its_sender_can_no_longer_pay()
    {
        TxPool pool = Pool();
        Transaction a0 = Build.Transaction().Signed(), a1 = Build.Transaction().WithNonce(1).WithValue(TestHead.Ether(5)).Signed();
        pool.Submit(a0);
        pool.Submit(a1);
        _head.Fund(TestKeys.A.Address, TestHead.Ether(5));
        _head.Move(_head.Head.Header, [], [], [TestKeys.A.Address]);
        Assert.Equal([a0], pool.Best(Gwei));
        Assert.False(pool.Contains(a1.Hash));
    }

    [Fact]
    public void Takes_back_what_a_reorganisation_leaves_out()
    {
        TxPool pool = Pool();
        Transaction a0 = Build.Transaction().Signed(), b0 = Build.Transaction().From(TestKeys.B).Signed();
        pool.Submit(a0);
        pool.Submit(b0);
        Block abandoned = _head.Include(a0, b0);
        Assert.Equal((0, 0), pool.Count);

        Block instead = Build.Block().With(h => h with { Number = 2, Timestamp = 9 }).WithTransactions(b0).Done();
        _head.Fund(TestKeys.A.Address, TestHead.Ether(10));
        _head.Move(instead.Header, [instead], [abandoned], null);

        Assert.Equal([a0], pool.Best(Gwei));
    }

    [Fact]
    public void The_producer_can_drop_what_did_not_execute()
    {
        TxPool pool = Pool();
        Transaction tx = Build.Transaction().Signed();
        pool.Submit(tx);
        pool.Drop(tx.Hash);
        Assert.Equal((0, 0), pool.Count);
        Assert.Empty(pool.Best(Gwei));
    }

    [Fact]
    public void Delegating_accounts_have_one_transaction_in_flight()
    {
        TxPool pool = Pool();
        _head.WithCode(TestKeys.A.Address, Delegation.CodeFor(Address.FromNumber(7)));
        Assert.True(pool.Submit(Build.Transaction().Signed()).IsAccepted);
        AssertRefused(AcceptTxCode.DelegatedInFlightLimit, "in-flight transaction limit reached for delegated accounts",
            pool.Submit(Build.Transaction().WithNonce(1).Signed()));
        Assert.True(pool.Submit(Build.Transaction().WithFees(9 * Gwei, 9 * Gwei).Signed()).IsAccepted);
    }

    [Fact]
    public void A_delegation_on_its_way_counts_as_one()
    {
        TxPool pool = Pool();
        Transaction delegates = Build.Transaction().From(TestKeys.B).Delegating(TestKeys.A, Address.FromNumber(7), 0).WithGas(100_000).Signed();
        Assert.True(pool.Submit(delegates).IsAccepted);
        Assert.True(pool.Submit(Build.Transaction().Signed()).IsAccepted);
        Assert.Equal(AcceptTxCode.DelegatedInFlightLimit, pool.Submit(Build.Transaction().WithNonce(1).Signed()).Code);

        pool.Drop(delegates.Hash);
        Assert.True(pool.Submit(Build.Transaction().WithNonce(1).Signed()).IsAccepted);
        AssertRefused(AcceptTxCode.AuthorityReserved, "authority already reserved", pool.Submit(delegates));
    }

    [Fact]
    public void An_authorization_of_the_system_sender_counts_for_nothing()
    {
        TxPool pool = Pool();
        Assert.True(pool.Submit(Build.Transaction().Delegating(TestKeys.System, Address.FromNumber(7), 0).WithGas(100_000).Signed()).IsAccepted);
    }
}
