using BpDao.Consensus;
using BpDao.Core;
using BpDao.Db.Memory;

namespace BpDao.Node.Commands.Bench.Blocks;

/// <summary>Runs an official engine test in memory. The last payload is the one that is measured; those before it set the stage.</summary>
internal static class PayloadBench
{
    public static BlockRow Run(PayloadTest test, int runs, BenchClock clock, CancellationToken stop)
    {
        using BenchChain chain = new(new MemoryDb(), test.Specs, test.Genesis);
        foreach (Payload payload in test.Payloads.Take(test.Payloads.Count - 1))
        {
            if (FirstFault(payload, () => chain.Commit(payload.Block, stop)) is { } fault) return new BlockRow { Name = test.Name, Error = fault };
        }

        return Measure(test.Name, test.Payloads[^1], chain, runs, clock, stop);
    }

    private static BlockRow Measure(string name, Payload payload, BenchChain chain, int runs, BenchClock clock, CancellationToken stop)
    {
        string? fault = FirstFault(payload, () => chain.JudgeAfresh(payload.Block, stop));
        if (fault is not null || !payload.IsValid) return new BlockRow { Name = name, Error = fault };

        List<double> execute = [], judge = [];
        long allocated = 0;
        for (int run = 0; run < runs; run++)
        {
            (Block first, Block second) = (payload.Block, payload.Block);
            long allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
            TimeSpan start = clock.Now();
            BlockVerdict executed = chain.Execute(first, stop);
            execute.Add((clock.Now() - start).TotalSeconds);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore;

            start = clock.Now();
            BlockVerdict judged = chain.JudgeAfresh(second, stop);
            judge.Add((clock.Now() - start).TotalSeconds);
            if (!executed.IsValid || !judged.IsValid) return new BlockRow { Name = name, Error = $"run {run}: {executed}, {judged}" };
        }

        return new BlockRow
        {
            Name = name, Blocks = 1, Transactions = payload.Block.Transactions.Count, Gas = payload.GasUsed, Execute = execute, Judge = judge,
            Allocated = allocated,
        };
    }

    private static string? FirstFault(Payload payload, Func<BlockVerdict> judge)
    {
        string verdict = payload.Encoded is null ? "its hash is not that of its fields" : "";
        if (payload.Encoded is not null && judge() is { IsValid: false } refused) verdict = refused.ToString();
        if (payload.IsValid) return verdict.Length == 0 ? null : $"expected VALID: {verdict}";
        return verdict.Length == 0 ? "expected INVALID" : null;
    }
}
