using BpDao.Blockchain;
using BpDao.Core;
using BpDao.Node.Genesis;
using BpDao.Specs;

namespace BpDao.Node.Engines.Solo;

/// <summary>A Solo chain as a devnet: the first published key seals.</summary>
internal static class SoloChainInfo
{
    public static EngineChainInfo Read(ChainSpec spec) => new([PublishedKeys.ProducerKey(0)], [], _ => new SoloBlockReport(), _ => true);

    /// <summary>One producer, no pools.</summary>
    private sealed class SoloBlockReport : IBlockReport
    {
        public BlockReport Of(CommittedBlock committed) =>
            new(committed.Block.Header.Beneficiary, 0, UInt256.Zero, UInt256.Zero, UInt256.Zero, null);
    }
}
