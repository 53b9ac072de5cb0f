using BpDao.Blockchain;
using BpDao.Core;

namespace BpDao.Consensus.Por.Tests.Light;

/// <summary>What a peer would send about the epochs of a chain.</summary>
internal static class LightSegments
{
    public static ILightChain Open(ILightConsensus light, BlockTree tree) => light.Open(tree.Genesis, BodyRoots.OfEncoded);

    /// <summary>All of an epoch.</summary>
    public static EpochSegment Of(ILightConsensus light, BlockTree tree, ulong epoch)
    {
        EpochSpan span = light.SpanOf(epoch, tree.Head)!.Value;
        return Between(light, tree, span.First, span.Last);
    }

    /// <summary>Headers of one epoch, both ends included.</summary>
    public static EpochSegment Between(ILightConsensus light, BlockTree tree, ulong first, ulong last)
    {
        List<BlockHeader> headers = [];
        for (ulong n = first; n <= last; n++) headers.Add(tree.HeaderByNumber(n)!);
        Block block = tree.BlockByNumber(first)!;
        EpochOpening opening = new(light.PayloadOf(block)!.Value, [.. tree.ReceiptsOf(block.Hash)!.Select(r => (ReadOnlyMemory<byte>)ReceiptCodec.Encode(r))]);
        return new EpochSegment(headers, opening, tree.CertificateByNumber(last)!);
    }
}
