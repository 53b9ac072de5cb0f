using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Committed blocks with the certificates that committed them.</summary>
internal static class CommittedBlocks
{
    /// <summary>Null where either is not here: genesis, blocks to come, and what was pruned.</summary>
    public static (Block Block, Certificate Certificate)? CommittedAt(this IChainReader chain, ulong height) =>
        height > 0 && chain.HeaderByNumber(height) is { } header && chain.BlockByHash(header.Hash) is { } block
        && chain.CertificateByNumber(height) is { } bytes && CertificateCodec.TryDecode(bytes, out Certificate? certificate)
            ? (block, certificate) : null;
}
