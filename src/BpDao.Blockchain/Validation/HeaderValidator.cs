using BpDao.Blockchain.Rules;
using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>The first stage: what a header and its parent tell. Rules of every chain, then the engine's.</summary>
internal sealed class HeaderValidator(ISpecProvider specs, IConsensusRules engine)
{
    private readonly IHeaderRule[] _rules =
    [
        new ChainLinkRule(),
        new ForkFieldsRule(specs),
        new GasRule(),
        new BaseFeeRule(specs),
        new BlobGasRule(specs),
        .. engine.HeaderRules,
    ];

    public BlockVerdict Validate(BlockHeader header, StoredHeader stored)
    {
        BlockHeader parent = stored.Header;
        foreach (IHeaderRule rule in _rules)
        {
            BlockVerdict verdict = rule.Validate(header, parent);
            if (!verdict.IsValid) return verdict;
        }

        return TerminalDifficulty.Validate(header, stored, specs.TerminalTotalDifficulty);
    }
}
