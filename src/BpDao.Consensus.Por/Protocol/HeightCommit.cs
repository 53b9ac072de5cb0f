using BpDao.Consensus.Por.Evidence;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>Rule C: from the commit certificate of a height to its block in the chain. Certificates of two blocks end everything here.</summary>
internal sealed class HeightCommit(
    HeightContext context, SafetyRules? safety, HeightBooks books, ContradictionWatch watch, BlockSearch search, SigningStop stop, Action<PorEffect> emit)
{
    private BlockCertificate? _certificate;

    /// <summary>The block is being written; the height stands still meanwhile.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>Two blocks of this height have commit certificates: neither is taken, and nothing goes on here.</summary>
    public bool IsHalted { get; private set; }

    /// <summary>The block that has a commit certificate.</summary>
    public Hash256? BlockHash => _certificate?.BlockHash;

    /// <param name="from">Who may have the block, too.</param>
    public void Accept(BlockCertificate certificate, PeerId? from)
    {
        _certificate ??= certificate;
        if (_certificate.BlockHash != certificate.BlockHash)
        {
            Halt(_certificate, certificate);
            return;
        }

        watch.Note(certificate);
        Follow(from);
    }

    /// <summary>Writes the certified block as soon as it is here.</summary>
    public void Follow(PeerId? from)
    {
        if (_certificate is not { } c || IsUnderWay || IsHalted) return;
        if (books.Blocks.Find(c.BlockHash) is not { } block)
        {
            search.Want(c.BlockHash, from);
            return;
        }

        if (books.Blocks.JudgementOf(c.BlockHash) == Judgement.Invalid)
        {
            Diverge(block.Hash, block, books.Blocks.FaultOf(c.BlockHash));
            return;
        }

        IsUnderWay = true;
        // One voter shows it to those who missed votes; the others answer who asks.
        if (safety is { TakesPart: true, Slot: { } slot } && context.Leaders.LeaderOf(c.Round) == slot) emit(new Broadcast(new BlockCertificateMessage(c)));
        emit(new Commit(block, c.Certificate));
    }

    /// <summary>The chain did not take the block.</summary>
    public void OnRefused(Hash256 hash, Judgement judgement, string detail)
    {
        IsUnderWay = false;
        if (judgement == Judgement.WrongBody) search.Discard(hash);
        else if (judgement == Judgement.Invalid) Diverge(hash, books.Blocks.Find(hash), detail);
    }

    private void Diverge(Hash256 hash, Block? block, string fault) => stop.Raise(
        AlarmKind.Divergence, $"block {hash} has a commit certificate and is invalid here: {fault}", block, _certificate is null ? [] : [_certificate]);

    /// <summary>More than a third of the weight has cheated: no node may say any more what is final. Whoever signed both is convicted.</summary>
    private void Halt(BlockCertificate a, BlockCertificate b)
    {
        IsHalted = true;
        if (EvidenceItem.TwoCommits(a, b) is { } item) watch.Report(item);
        else watch.Note(b);
        stop.Raise(AlarmKind.ConflictingCommit, $"{a.BlockHash} (round {a.Round}) and {b.BlockHash} (round {b.Round}) at height {context.Height}", null, a, b);
    }
}
