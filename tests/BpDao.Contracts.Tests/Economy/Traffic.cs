using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Contracts.Tests.Support;
using BpDao.Core;
using BpDao.Core.Abi;
using BpDao.Specs;

namespace BpDao.Contracts.Tests.Economy;

/// <summary>Random users, voters and proposers on one chain; the same for the same seed.</summary>
internal sealed class Traffic(PorTestChain chain, Random random, IReadOnlyList<TestProducer> newcomers, IReadOnlyList<Address> programs)
{
    private const int MostRejections = 2;

    private static readonly AbiFunction CreditSlot = AbiFunction.Parse("creditSlot(uint32)");

    // What must have happened for a run to mean something.
    private static readonly AbiEvent[] Expected =
    [
        ContractEvents.Missed, ContractEvents.VotesCarried, ContractEvents.SalaryPaid, ContractEvents.Joined, ContractEvents.BlockRejected,
        ContractEvents.EscrowSettled, ContractEvents.CreditJobDone, ContractEvents.Inactive, ValidationPoolContract.PoolSettled,
    ];

    private readonly HashSet<Hash256> _seen = [];
    private readonly HashSet<Address> _signalled = [];
    private int _rejections;

    public IReadOnlyList<string> NeverSeen => [.. Expected.Where(e => !_seen.Contains(e.Topic)).Select(e => e.Signature)];

    public PorBlock Next()
    {
        PorChainView view = chain.View();
        BlockPlan plan = new();
        Use(plan);
        ChooseVotes(view, plan);
        ChooseRound(view, plan);
        PorBlock block = chain.Block(plan);
        foreach (LogEntry log in block.Receipts.SelectMany(r => r.Logs)) _seen.Add(log.Topics[0]);
        return block;
    }

    /// <summary>Nobody, or one bond with so little weight that the others are a quorum, and then some.</summary>
    public void ChooseSleeper()
    {
        chain.Asleep.Clear();
        Bench bench = chain.View().Bench;
        BenchMember candidate = bench.Members[random.Next(bench.Members.Count)];
        if (random.Next(2) == 0 && candidate.Weight < bench.TotalWeight / 5) chain.Asleep.Add(candidate.Slot);
    }

    private void Use(BlockPlan plan)
    {
        TestProducer[] users = [.. chain.KnownProducers.OrderBy(_ => random.Next()).Take(random.Next(4))];
        foreach (TestProducer user in users)
        {
            Transaction tx = random.Next(8) switch
            {
                0 => chain.Transaction(user.Identity).To(programs[random.Next(programs.Count)]).WithGas(100_000).WithData(Word()).WithValue(UInt256.Zero).Signed(),
                1 or 2 => chain.Transaction(user.Identity).To(SystemContracts.ValidationPool).WithGas(300_000).WithValue(UInt256.Zero)
                    .WithData(ValidationPoolContract.ClaimSalary.Encode(user.Identity.Address, user.Identity.Address)).Signed(),
                3 => chain.Transaction(user.Identity).To(SystemContracts.ValidationPool).WithGas(300_000).WithValue(UInt256.Zero)
                    .WithData(CreditSlot.Encode((uint)random.Next(12))).Signed(),
                4 => chain.Transaction(user.Identity).To(SystemContracts.ValidationPool).WithGas(100_000).WithValue((ulong)random.NextInt64()).Signed(),
                5 => Bonding.Leave(chain, user, random.Next(6) == 0 ? UInt256.MaxValue : Money.Rep((ulong)random.Next(1, 2_000_000))),
                6 => Bond(user),
                _ => chain.Transaction(user.Identity).To(Address.FromNumber((uint)random.Next(100, 10_000))).WithValue((ulong)random.NextInt64()).Signed(),
            };
            plan.With(tx);
        }
    }

    private Transaction Bond(TestProducer user)
    {
        UInt256 amount = Money.Rep((ulong)random.Next(20_000, 8_000_000));
        bool isFirst = newcomers.Contains(user) && _signalled.Add(user.Identity.Address);
        return isFirst ? Bonding.Signal(chain, user, amount) : Bonding.Raise(chain, user, amount);
    }

    private byte[] Word()
    {
        byte[] word = new byte[32];
        random.NextBytes(word);
        return word;
    }

    // As many as may be missing from a quorum are late, against or absent.
    private void ChooseVotes(PorChainView view, BlockPlan plan)
    {
        BenchMember[] awake = [.. view.Bench.Members.Where(m => !chain.Asleep.Contains(m.Slot)).OrderBy(_ => random.Next())];
        UInt256 left = awake.Aggregate(UInt256.Zero, (sum, m) => sum + m.Weight);
        List<uint> signers = [.. awake.Select(m => m.Slot)], against = [];
        foreach (BenchMember member in awake.Take(random.Next(4)))
        {
            if (!view.Bench.IsQuorum(left - member.Weight)) continue;
            left -= member.Weight;
            signers.Remove(member.Slot);
            int kind = random.Next(3);
            if (kind == 0) against.Add(member.Slot);
            if (kind == 1) plan.Late(member.Slot, (uint)random.Next(1, 5));
        }

        plan.VotesFor([.. signers]).Against([.. against]);
    }

    private void ChooseRound(PorChainView view, BlockPlan plan)
    {
        uint round = 0;
        while (chain.Asleep.Contains(view.LeaderOf(round))) round++;
        bool rejects = view.Height > 40 && _rejections < MostRejections && random.Next(20) == 0;
        if (rejects)
        {
            _rejections++;
            plan.Reject(chain.Rejection(round, [.. view.Bench.Members.Select(m => m.Slot).Where(s => !chain.Asleep.Contains(s))]));
        }

        if (rejects || random.Next(8) == 0)
        {
            do round++;
            while (chain.Asleep.Contains(view.LeaderOf(round)));
        }

        plan.Round(round);
    }
}
