using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using Xunit;

namespace BpDao.Contracts.Tests.Support;

/// <summary>The bench as the node keeps it against the one that Availability keeps (protocol rule 3.1).</summary>
internal static class BenchAssert
{
    /// <summary>For the epochs that votes may still be about: hash of the record, total, members and their weights.</summary>
    public static void Agrees(PorTestChain chain)
    {
        ulong current = chain.View().Epoch;
        for (ulong epoch = current == 0 ? 0 : current - 1; epoch <= current; epoch++)
        {
            Bench bench = chain.Epochs.BenchOf(epoch)!;
            Assert.True(chain.Availability.TryBenchInfo(epoch, out BenchInfo info));
            Assert.Equal(epoch, info.Epoch);
            Assert.Equal(info.RecordHash, BenchRecord.HashOf(bench.RepeatedIn(info.Source)));
            Assert.Equal(info.TotalWeight, bench.TotalWeight);
            Assert.Equal(info.Count, (uint)bench.Members.Count);
            Assert.True(chain.Availability.TryBenchEntries(epoch, out IReadOnlyList<BenchEntry> entries));
            Assert.Equal(bench.Members.Select(m => (m.Slot, m.Identity, m.Weight)), entries.Select(e => (e.Slot, e.Identity, e.Weight)));
        }
    }
}
