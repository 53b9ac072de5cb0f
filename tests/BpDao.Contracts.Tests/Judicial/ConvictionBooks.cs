using System.Numerics;
using System.Text;
using BpDao.Consensus;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Contracts.Tests.Economy;
using BpDao.Contracts.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Contracts.Tests.Judicial;

/// <summary>Protocol rules 7.1 and 7.2 a second time, in exact fractions and from the node's own benches: who is convicted by which block, what it
/// costs, who is paid for it and when. On a chain that mints nothing, REP moves by convictions only, so every balance must agree to the wei.</summary>
internal sealed class ConvictionBooks
{
    private const int ConvictionsPerBlock = 8, SettledPerBlock = 8;

    private readonly PorTestChain _chain;
    private readonly ulong _unbondingTime, _slashDelay, _jailEpochs;
    private readonly Dictionary<Address, BigInteger> _balances = [];
    private readonly HashSet<(Address, ulong, byte)> _convicted = [];
    private readonly Dictionary<Address, ulong> _jailedUntil = [];
    private readonly Dictionary<ulong, ulong> _started = [];

    // Pair of epochs (k, k + 1) → the weight of each slot that was convicted of E2–E4 in it.
    private readonly Dictionary<ulong, Dictionary<uint, BigInteger>> _pairs = [];
    private readonly Queue<(Address? Finder, BigInteger Amount, ulong MaturesAt)> _escrow = [];

    public ConvictionBooks(PorTestChain chain, ulong unbondingTime = 64, ulong slashDelay = 32, ulong jailEpochs = 8)
    {
        (_chain, _unbondingTime, _slashDelay, _jailEpochs) = (chain, unbondingTime, slashDelay, jailEpochs);
        foreach (TestProducer producer in chain.KnownProducers) _balances[producer.Identity.Address] = BalanceOf(producer.Identity.Address);
    }

    /// <summary>Reasons seen.</summary>
    public HashSet<string> Skipped { get; } = [];

    public List<Conviction> Convictions { get; } = [];

    public BigInteger Burned { get; private set; }

    public BigInteger Bounties { get; private set; }

    /// <summary>Makes a block and compares all that the judiciary did in it.</summary>
    public PorBlock Block(Action<BlockPlan>? describe = null, params IReadOnlyList<EvidenceItem> items)
    {
        PorChainView view = _chain.View();
        items = [.. items.Where(i => IsLiable(i, view))];
        Dictionary<uint, Address> tenants = Tenants();
        PorBlock block = _chain.Block(plan =>
        {
            describe?.Invoke(plan);
            plan.Carry(items);
        });
        Assert.False(block.IsSafeMode);
        ulong time = block.Block.Header.Timestamp;
        if (view.Position == 0) _started[view.Epoch] = time;
        // Whom the contracts did not draw they do not know: when nobody may lead, the node draws natively (rule 2.8).
        bool isDrawn = (uint)(UInt256)Assert.Single(block.Events(ContractEvents.BlockBegun))[2] == block.Producer;
        Address? finder = isDrawn && tenants.TryGetValue(block.Producer, out Address identity) ? identity : null;

        List<Conviction> expected = [];
        List<(int Index, string Reason)> skipped = [];
        for (int i = 0; i < items.Count; i++)
        {
            if (Record(items[i], view.Epoch, time, tenants, finder, expected) is { } reason) skipped.Add((i, reason));
        }

        Compare(block, expected, skipped);
        foreach ((_, string reason) in skipped) Skipped.Add(reason);
        Convictions.AddRange(expected);
        Settle(time);
        foreach ((Address who, BigInteger balance) in _balances) Assert.Equal(balance, BalanceOf(who));
        CompareJails();
        return block;
    }

    // Null, or why nobody was convicted.
    private string? Record(
        EvidenceItem item, ulong epochNow, ulong time, Dictionary<uint, Address> tenants, Address? finder, List<Conviction> convictions)
    {
        bool any = false;
        string last = "nobody";
        foreach (uint slot in item.Offenders)
        {
            string? reason = RefusalOf(item, slot, epochNow, time, tenants);
            if (reason is null && convictions.Count == ConvictionsPerBlock) return "later";
            if (reason is not null)
            {
                last = reason;
                continue;
            }

            convictions.Add(Convict(item, slot, tenants[slot], epochNow, time, finder));
            any = true;
        }

        return any ? null : last;
    }

    private string? RefusalOf(EvidenceItem item, uint slot, ulong epochNow, ulong time, Dictionary<uint, Address> tenants)
    {
        if (!tenants.TryGetValue(slot, out Address identity)) return "left";
        if (_convicted.Contains((identity, item.Height, item.Kind))) return "convicted";
        if (_chain.Epochs.BenchOf(item.Epoch)!.Find(slot) is not { } member || member.Identity != identity) return "bench";
        return IsLocked(item.Epoch, epochNow, time) ? null : "expired";
    }

    // As long as a bond is locked that served in that epoch and not after it (rule 3.3).
    private bool IsLocked(ulong epoch, ulong epochNow, ulong time) =>
        !_started.TryGetValue(epoch + 1, out ulong next) || time < next + _unbondingTime || epochNow < epoch + 5;

    // What nobody answered for before this block makes it invalid (rule 7.1a), so no honest proposer carries it.
    private bool IsLiable(EvidenceItem item, PorChainView view)
    {
        bool isLocked = IsLocked(item.Epoch, view.Epoch, view.Parent.Timestamp);
        Assert.Equal(isLocked, view.IsLiable(item.Epoch));
        if (isLocked) return true;
        Assert.Equal(BlockError.InvalidPayloadItem, _chain.Judge(plan => plan.Carry(item)).Error);
        Skipped.Add("expired");
        return false;
    }

    private Conviction Convict(EvidenceItem item, uint slot, Address identity, ulong epochNow, ulong time, Address? finder)
    {
        Bench bench = _chain.Epochs.BenchOf(item.Epoch)!;
        BigInteger weight = (BigInteger)bench.WeightOf(slot);
        _convicted.Add((identity, item.Height, item.Kind));
        bool isTotal = item.Kind is 3 or 4;
        Fraction fraction = isTotal ? 1 : new Fraction(1, 10);
        if (item.Kind is 2 or 3 or 4)
        {
            Fraction correlated = new Fraction(3, 1) * Correlate(item.Epoch, slot, weight) / bench.TotalWeight;
            if (item.Kind == 2 && fraction < correlated) fraction = Fraction.Min(1, correlated);
        }

        BigInteger amount = BigInteger.Min((fraction * weight).Floor, _balances[identity]);
        _balances[identity] -= amount;
        Address? paid = finder == identity ? null : finder;
        if (!amount.IsZero) _escrow.Enqueue((paid, amount, time + _slashDelay));
        ulong until = isTotal ? ulong.MaxValue : epochNow + 1 + _jailEpochs;
        _jailedUntil[identity] = Math.Max(until, _jailedUntil.GetValueOrDefault(identity));
        return new Conviction(item.Height, identity, slot, item.Kind, item.Epoch, weight, amount, paid is not null);
    }

    // The heavier of the two pairs of epochs that the offence lies in, this offender included.
    private BigInteger Correlate(ulong epoch, uint slot, BigInteger weight)
    {
        BigInteger most = BigInteger.Zero;
        for (ulong k = epoch == 0 ? 0 : epoch - 1; k <= epoch; k++)
        {
            if (!_pairs.TryGetValue(k, out Dictionary<uint, BigInteger>? pair)) _pairs[k] = pair = [];
            pair.TryAdd(slot, weight);
            most = BigInteger.Max(most, pair.Values.Aggregate(BigInteger.Zero, (sum, w) => sum + w));
        }

        return most;
    }

    private static void Compare(PorBlock block, List<Conviction> expected, List<(int Index, string Reason)> skipped)
    {
        List<Conviction> recorded = [.. block.Events(JudiciaryContract.EvidenceRecorded).Select(e => new Conviction(
            (ulong)(UInt256)e[0], (Address)e[1], (uint)(UInt256)e[2], (byte)(uint)(UInt256)e[3], (ulong)(UInt256)e[4], (BigInteger)(UInt256)e[5],
            (BigInteger)(UInt256)e[6], (uint)(UInt256)e[7] != WorkContract.NoSlot))];
        Assert.Equal(expected, recorded);
        Assert.Equal(expected.Where(c => !c.Amount.IsZero).Select(c => (c.Identity, c.Amount)),
            block.Events(JudiciaryContract.Slashed).Select(e => ((Address)e[1], (BigInteger)(UInt256)e[5])));
        Assert.Equal(skipped, block.Events(JudiciaryContract.ItemSkipped).Where(e => Text(e[1]) == "evidence").Select(e => ((int)(uint)(UInt256)e[2], Text(e[3]))));
    }

    private void Settle(ulong time)
    {
        for (int n = 0; n < SettledPerBlock && _escrow.TryPeek(out (Address? Finder, BigInteger Amount, ulong MaturesAt) e) && e.MaturesAt <= time; n++)
        {
            _escrow.Dequeue();
            BigInteger bounty = e.Finder is null ? 0 : e.Amount / 20;
            if (e.Finder is { } finder) _balances[finder] += bounty;
            (Burned, Bounties) = (Burned + e.Amount - bounty, Bounties + bounty);
        }

        Assert.True(_chain.Rep.TryTotalBurned(out UInt256 burned));
        Assert.Equal(Burned, (BigInteger)burned);
        Assert.True(new JudiciaryContract(_chain.State).TryEscrowedTotal(out UInt256 waiting));
        Assert.Equal(_escrow.Aggregate(BigInteger.Zero, (sum, e) => sum + e.Amount), (BigInteger)waiting);
    }

    private void CompareJails()
    {
        Dictionary<uint, Address> tenants = Tenants();
        foreach ((uint slot, Address identity) in tenants)
        {
            Assert.True(_chain.Availability.TryBond(slot, out BondState bond));
            Assert.Equal(_jailedUntil.GetValueOrDefault(identity), bond.JailedUntil);
        }

        // Whose bond is gone may join anew.
        foreach (Address gone in _jailedUntil.Keys.Except(tenants.Values).ToArray()) _jailedUntil.Remove(gone);
    }

    private Dictionary<uint, Address> Tenants()
    {
        Dictionary<uint, Address> tenants = [];
        for (uint slot = 0; slot < 64; slot++)
        {
            if (_chain.Availability.TryBond(slot, out BondState bond) && !bond.Identity.IsZero) tenants[slot] = bond.Identity;
        }

        return tenants;
    }

    private BigInteger BalanceOf(Address identity) =>
        _chain.Rep.TryBalanceOf(identity, out UInt256 balance) ? (BigInteger)balance : throw new InvalidOperationException("no balance");

    private static string Text(object word) => Encoding.ASCII.GetString((byte[])word).TrimEnd('\0');
}

/// <summary>One entry of the judiciary. Weight and amount in REP wei.</summary>
internal sealed record Conviction(ulong Height, Address Identity, uint Slot, byte Kind, ulong Epoch, BigInteger Weight, BigInteger Amount, bool HasBounty);
