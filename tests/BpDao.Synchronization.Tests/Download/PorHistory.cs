using BpDao.Blockchain;
using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Rules;
using BpDao.Core;
using BpDao.Specs;

namespace BpDao.Synchronization.Tests.Download;

/// <summary>One chain of real blocks for many tests: 320 of them, over twenty epochs, made once. The first hundred are a day older than the others.</summary>
public sealed class PorHistory : IDisposable
{
    public const ulong Blocks = 320;

    public static readonly TimeSpan Gap = TimeSpan.FromDays(1);

    private readonly LoneChain _lone;

    public PorHistory()
    {
        _lone = new LoneChain();
        _lone.Commit(100);
        _lone.Chain.Time.Advance(Gap);
        _lone.Commit((int)Blocks - 100);
        Chain = [.. Enumerable.Range(1, (int)Blocks).Select(n => new CertifiedBlock(Tree.BlockByNumber((ulong)n)!, Tree.CertificateByNumber((ulong)n)!))];
    }

    public BlockTree Tree => _lone.Chain.Tree;

    public ChainSpec Spec => _lone.Chain.Spec;

    /// <summary>From block 1 on.</summary>
    public IReadOnlyList<CertifiedBlock> Chain { get; }

    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds((long)Tree.Head.Timestamp);

    internal LoneChain Lone => _lone;

    public SyncServer Server => new(Tree, _lone.Rules);

    /// <summary>A certificate of this chain's only key over any header.</summary>
    public byte[] Certify(BlockHeader header, uint epoch) => CertificateCodec.Encode(new Certificate(
        0, SlotBitmap.Of([0]), _lone.Sign(_lone.Verifier.Domain.Vote(MessageKind.Vote2, epoch, header.Number, 0, header.Hash))));

    /// <summary>A header as of another epoch, and its certificate under that.</summary>
    public CertifiedBlock As(Block block, uint epoch)
    {
        PorExtraData.TryDecode(block.Header.ExtraData.Span, out PorExtraData? extra);
        BlockHeader header = block.Header with { ExtraData = (extra!.Value with { Epoch = epoch }).Encode() };
        return new CertifiedBlock(new Block(header, block.Body), Certify(header, epoch));
    }

    public uint EpochOf(ulong number) => (uint)_lone.Rules.Epochs.RecordOf(number)!.Epoch;

    public void Dispose() => _lone.Dispose();
}
