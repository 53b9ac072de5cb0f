using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Node.Commands.Bench.Blocks;

/// <summary>Imports the blocks of a synthetic chain into RocksDB, again and again from the same start.</summary>
internal sealed class SyntheticBench(SyntheticSize size, string directory, BenchClock clock, Action<string> note)
{
    private readonly SyntheticChain _chain = new(size, directory, note);

    public BlockRow Run(SyntheticLoad load, int runs, CancellationToken stop)
    {
        IReadOnlyList<byte[]> encoded = _chain.Blocks(load);
        BlockRow row = new() { Name = load.Name };
        List<double> execute = [], judge = [], import = [];
        for (int run = 0; run < runs && row.Error is null; run++)
        {
            Block[] blocks = Decode(encoded);
            row = row with { Blocks = blocks.Length, Transactions = blocks.Sum(b => b.Transactions.Count), Gas = blocks.Aggregate(0UL, (sum, b) => sum + b.Header.GasUsed) };
            row = Execute(blocks, row, execute, stop);
            if (row.Error is null) row = Import(Decode(encoded), row, judge, import, stop);
        }

        return row with { Execute = execute, Judge = judge, Import = import };
    }

    /// <summary>Each block without its root, then, not measured, whole.</summary>
    private BlockRow Execute(Block[] blocks, BlockRow row, List<double> seconds, CancellationToken stop)
    {
        using BenchChain chain = _chain.OpenCopy("run");
        Settle();
        TimeSpan executing = TimeSpan.Zero;
        long allocated = 0;
        foreach (Block block in blocks)
        {
            long allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
            TimeSpan start = clock.Now();
            BlockVerdict verdict = chain.Execute(block, stop);
            executing += clock.Now() - start;
            allocated += GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore;
            if (verdict.IsValid) verdict = chain.Commit(block, stop);
            if (!verdict.IsValid) return row with { Error = $"block {block.Number}: {verdict}" };
        }

        seconds.Add(executing.TotalSeconds);
        return row with { Allocated = allocated };
    }

    private BlockRow Import(Block[] blocks, BlockRow row, List<double> judge, List<double> import, CancellationToken stop)
    {
        MeteredDb? meter = null;
        using BenchChain chain = _chain.OpenCopy("run", db => meter = new MeteredDb(db));
        Settle();
        long written = meter!.Written;
        long? onDisk = ProcessIo.BytesWritten();
        TimeSpan judging = TimeSpan.Zero;
        TimeSpan begin = clock.Now();
        foreach (Block block in blocks)
        {
            TimeSpan start = clock.Now();
            BlockVerdict verdict = chain.Importer.Judge(block, stop);
            judging += clock.Now() - start;
            if (verdict.IsValid) verdict = chain.Commit(block, stop);
            if (!verdict.IsValid) return row with { Error = $"block {block.Number}: {verdict}" };
        }

        import.Add((clock.Now() - begin).TotalSeconds);
        judge.Add(judging.TotalSeconds);
        return row with { Written = meter.Written - written, WrittenToDisk = ProcessIo.BytesWritten() - onDisk };
    }

    private static Block[] Decode(IReadOnlyList<byte[]> encoded) =>
        [.. encoded.Select(bytes => BlockCodec.TryDecode(bytes, out Block? block) ? block! : throw new InvalidDataException("A kept block is unreadable: delete the data directory."))];

    /// <summary>What earlier runs left to the collector is not this run's.</summary>
    private static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
