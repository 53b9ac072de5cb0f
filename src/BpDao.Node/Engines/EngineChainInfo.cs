using BpDao.Blockchain;
using BpDao.Core;

namespace BpDao.Node.Engines;

/// <summary>What a command needs to know of a chain beside its blocks.</summary>
/// <param name="ProducerKeys">Private keys that seal on it, published on purpose; one node each.</param>
/// <param name="AccountKeys">Private keys of funded accounts, published on purpose.</param>
/// <param name="CreateReport">Makes the writer of block lines for a node.</param>
internal sealed record EngineChainInfo(
    IReadOnlyList<Hash256> ProducerKeys, IReadOnlyList<Hash256> AccountKeys, Func<IServiceProvider, IBlockReport> CreateReport);

/// <summary>What an engine knows of a block that the block itself does not say.</summary>
internal interface IBlockReport
{
    BlockReport Of(CommittedBlock committed);
}

/// <summary>Where one account is paid for a block and there are no pools.</summary>
internal sealed class BeneficiaryReport : IBlockReport
{
    public BlockReport Of(CommittedBlock committed) =>
        new(committed.Block.Header.Beneficiary, 0, UInt256.Zero, UInt256.Zero, UInt256.Zero, null);
}

/// <summary>One block in a line; amounts in wei.</summary>
/// <param name="Producer">Who is paid for it.</param>
/// <param name="Round">In which it was first proposed.</param>
/// <param name="ProductionTax">Income taken at its beginning (protocol rule 2.3).</param>
/// <param name="RepMinted">Into the pool that it opened (5.1).</param>
/// <param name="Salary">Of the income, what became salary (5.6).</param>
/// <param name="Pool">The pool of the block before; null in block 1.</param>
internal sealed record BlockReport(
    Address Producer, ulong Round, UInt256 ProductionTax, UInt256 RepMinted, UInt256 Salary, PoolReport? Pool);

/// <summary>A block's validation pool after its certificate came in; weights are REP in wei.</summary>
internal sealed record PoolReport(ulong Height, string Verdict, UInt256 ForWeight, UInt256 AgainstWeight, UInt256 TotalWeight);
