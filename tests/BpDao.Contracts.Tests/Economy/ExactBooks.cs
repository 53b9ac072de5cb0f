using System.Numerics;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Protocol;
using BpDao.Contracts.Tests.Support;
using BpDao.Core;
using BpDao.Core.Abi;
using BpDao.Specs;
using Xunit;

namespace BpDao.Contracts.Tests.Economy;

/// <summary>Follows a chain block by block with <see cref="ExactPool"/>s, salaries and penalties, and compares with the contracts.</summary>
internal sealed class ExactBooks
{
    private static readonly AbiFunction PendingVotePay = AbiFunction.Parse("pendingVotePay(uint32)(uint256)");
    private static readonly AbiFunction AuthorsAccrued = AbiFunction.Parse("authorsAccrued(address)(uint256)");

    private readonly PorTestChain _chain;
    private readonly ExactTerms _terms;
    private readonly Dictionary<ulong, ExactPool> _pools = [];
    private readonly Dictionary<ulong, UInt256> _incomes = [];
    private readonly Dictionary<uint, Fraction> _voterPay = [];
    private readonly Dictionary<Address, Fraction> _salaries = [];
    private readonly Dictionary<uint, BigInteger> _voterCredits = [];
    private readonly Dictionary<uint, BigInteger> _balances = [];
    private readonly List<BigInteger> _settledSinceEpochStart = [];
    private BigInteger? _mean;
    private Fraction _authors = Fraction.Zero;
    private int _settled;

    public ExactBooks(PorTestChain chain, ExactTerms terms)
    {
        (_chain, _terms) = (chain, terms);
        foreach (BenchMember member in _chain.View().Bench.Members) _balances[member.Slot] = BalanceOf(member.Identity);
    }

    public int Settled => _settled;

    /// <summary>Makes a block and books it. The plan's votes are the reference's input, not what the contracts say about them.</summary>
    public PorBlock Block(Action<BlockPlan> describe)
    {
        Dictionary<Address, UInt256> balances = Balances();
        ulong position = _chain.View().Position;
        PorBlock block = _chain.Block(describe);
        PaySalaries(block, balances);
        if (position == 0) StartEpoch();
        if (block.Number > 1) Open(block, balances);
        CarryLate(block);
        Settle(block);
        Penalize(block);
        Credit(block);
        AssertBalances();
        _incomes[block.Number] = Money.IncomeOf(block);
        return block;
    }

    /// <summary>Everything that is known at the end only: salaries, accumulators, what has been paid and what still waits.</summary>
    public void AssertTotals()
    {
        foreach ((Address identity, Fraction salary) in _salaries)
        {
            Assert.True(_chain.Rep.TryUnpaidSalary(identity, out UInt256 unpaid));
            AssertFloor(salary, unpaid, 1, $"salary of {identity}");
        }

        foreach ((uint slot, Fraction pay) in _voterPay)
        {
            BigInteger paid = _voterCredits.GetValueOrDefault(slot) + (BigInteger)Number(SystemContracts.ValidationPool, PendingVotePay, slot);
            // One floor for each epoch that is open or closed, since an epoch's pay is one sum.
            AssertFloor(pay, paid, (long)_chain.View().Epoch + 1, $"voter pay of slot {slot}");
        }

        UInt256 authors = Number(SystemContracts.Forum, AuthorsAccrued, SystemContracts.Work);
        AssertNear(_authors, authors, _settled, "authors");
    }

    private Dictionary<Address, UInt256> Balances() => _chain.KnownProducers.Select(p => p.Identity.Address)
        .ToDictionary(a => a, a => _chain.Rep.TryBalanceOf(a, out UInt256 balance) ? balance : throw new InvalidOperationException("no balance"));

    // Rule 5.6: by the balances before the block, so before the mint of the pool that the same income opens.
    private void PaySalaries(PorBlock block, Dictionary<Address, UInt256> balances)
    {
        UInt256 income = _incomes.GetValueOrDefault(block.Number - 1);
        object[] taken = Assert.Single(block.Events(ValidationPoolContract.IncomeTaken));
        Assert.Equal(income, (UInt256)taken[1]);
        Fraction supply = Sum(balances.Values);
        foreach ((Address identity, UInt256 balance) in balances)
        {
            _salaries[identity] = _salaries.GetValueOrDefault(identity) + (income * (Fraction)balance / supply);
        }
    }

    private void StartEpoch()
    {
        if (_settledSinceEpochStart.Count > 0) _mean = Mean();
        _settledSinceEpochStart.Clear();
    }

    private BigInteger Mean() => _settledSinceEpochStart.Aggregate(BigInteger.Zero, (sum, r) => sum + r) / _settledSinceEpochStart.Count;

    private void Open(PorBlock block, Dictionary<Address, UInt256> balances)
    {
        ulong height = block.Number - 1;
        Bench bench = _chain.Epochs.BenchOf(_chain.Epochs.RecordOf(height)!.Epoch)!;
        ExactPool pool = new(
            _terms, _chain.Epochs.RecordOf(height)!.Producer, _incomes[height], Sum(balances.Values), bench.Members.ToDictionary(m => m.Slot, m => (BigInteger)m.Weight));
        _pools[height] = pool;
        object[] opened = Assert.Single(block.Events(ValidationPoolContract.PoolOpened));
        Assert.Equal((height, pool.Producer, pool.Minted), ((ulong)(UInt256)opened[0], (uint)(UInt256)opened[2], (BigInteger)(UInt256)opened[4]));

        _balances[block.Producer] += pool.Carry(block.Producer, true, false, _chain.Votes.CertificateOf(height)!.Signers.Slots());
        foreach (CarriedVote item in block.Payload.Against) _balances[block.Producer] += pool.Carry(block.Producer, false, false, item.Votes.Signers.Slots());
    }

    private void CarryLate(PorBlock block)
    {
        foreach (CarriedVote item in block.Payload.Late)
        {
            _balances[block.Producer] += _pools[item.Height].Carry(block.Producer, true, true, item.Votes.Signers.Slots());
        }
    }

    // Rule 5.3: pool h settles in block h + 1 + K, not before and not later.
    private void Settle(PorBlock block)
    {
        IReadOnlyList<object[]> events = block.Events(ValidationPoolContract.PoolSettled);
        ulong due = block.Number - 1 - (ulong)_terms.LateWindow;
        if (block.Number < 2 + (ulong)_terms.LateWindow)
        {
            Assert.Empty(events);
            return;
        }

        object[] e = Assert.Single(events);
        ExactPool pool = _pools[due];
        Assert.Equal(due, (ulong)(UInt256)e[0]);
        Assert.True((bool)e[1]);
        AssertEqual(pool.ProducerPay, e[2], "producer's pay");
        AssertNear(SumOf(pool.VoterPay().Values), (UInt256)e[3], 1, "voters' pay");
        AssertEqual(pool.IncluderPay.Values.Aggregate(BigInteger.Zero, (s, p) => s + p), e[4], "includers' pay");
        AssertNear(pool.Rest(), (UInt256)e[5], 1, "pay of the absent");
        AssertEqual(pool.Lost().Values.Aggregate(BigInteger.Zero, (s, l) => s + l), e[6], "lost stakes");

        foreach ((uint slot, Fraction pay) in pool.VoterPay()) _voterPay[slot] = _voterPay.GetValueOrDefault(slot) + pay;
        _authors += pool.Authors + (_terms.AbsentShare == AbsentShare.Authors ? pool.Rest() : Fraction.Zero);
        _settledSinceEpochStart.Add(pool.Minted);
        _pools.Remove(due);
        _settled++;
        _balances[pool.Producer] += pool.ProducerPay;
        foreach ((uint slot, BigInteger lost) in pool.Lost()) _balances[slot] -= lost;
    }

    // Rule 5.10: half an average block's REP each, waived when the network failed.
    private void Penalize(PorBlock block)
    {
        BigInteger average = _mean ?? (_settledSinceEpochStart.Count == 0 ? 0 : Mean());
        BigInteger penalty = (average * _terms.MissPenalty / 2).Floor;
        foreach (object[] e in block.Events(ContractEvents.Missed))
        {
            BigInteger due = (bool)e[4] ? 0 : penalty;
            AssertEqual(due, e[3], $"penalty of slot {e[2]}");
            _balances[(uint)(UInt256)e[2]] -= due;
        }
    }

    private void Credit(PorBlock block)
    {
        foreach (object[] e in block.Events(ContractEvents.RepCredited).Where(e => ReasonOf(e) == "vote"))
        {
            uint slot = (uint)(UInt256)e[1];
            _voterCredits[slot] = _voterCredits.GetValueOrDefault(slot) + (BigInteger)(UInt256)e[2];
            _balances[slot] += (BigInteger)(UInt256)e[2];
        }
    }

    // To the wei, each block: nobody is paid or charged for what the reference does not know.
    private void AssertBalances()
    {
        foreach (BenchMember member in _chain.Epochs.BenchOf(0)!.Members) Assert.Equal(_balances[member.Slot], BalanceOf(member.Identity));
    }

    private BigInteger BalanceOf(Address identity) =>
        _chain.Rep.TryBalanceOf(identity, out UInt256 balance) ? (BigInteger)balance : throw new InvalidOperationException("no balance");

    private static string ReasonOf(object[] credited) => System.Text.Encoding.ASCII.GetString((byte[])credited[3]).TrimEnd('\0');

    private static void AssertEqual(BigInteger exact, object actual, string what) =>
        Assert.True(exact == (BigInteger)(UInt256)actual, $"{what}: {actual}, exactly {exact}");

    /// <summary>Never more than is due, and less by rounding only.</summary>
    private static void AssertFloor(Fraction exact, BigInteger actual, long tolerance, string what)
    {
        Fraction missing = exact - actual;
        Assert.True(!(missing < 0) && !(missing > tolerance), $"{what}: {actual}, exactly {exact}, which is {missing.Floor} more");
    }

    private static void AssertFloor(Fraction exact, UInt256 actual, long tolerance, string what) => AssertFloor(exact, (BigInteger)actual, tolerance, what);

    private static void AssertNear(Fraction exact, UInt256 actual, long tolerance, string what)
    {
        Fraction missing = exact - actual;
        Assert.True(!(missing < -tolerance) && !(missing > tolerance), $"{what}: {actual}, exactly {exact}, which is {missing.Floor} more");
    }

    private UInt256 Number(Address contract, AbiFunction function, params ReadOnlySpan<object> arguments) =>
        _chain.State.TryRead(contract, function, out object[]? results, arguments) ? (UInt256)results[0] : throw new InvalidOperationException($"{function} fails.");

    private static Fraction Sum(IEnumerable<UInt256> amounts) => amounts.Aggregate(BigInteger.Zero, (sum, a) => sum + (BigInteger)a);

    private static Fraction SumOf(IEnumerable<Fraction> amounts) => amounts.Aggregate(Fraction.Zero, (sum, a) => sum + a);
}
